package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;

/// Our ClusterRole, with which everything goes that is ours. Blocks; any thread.
public record InstallationOwner(KubernetesClient client, Installation installation) {
    private static final String RBAC = "rbac.authorization.k8s.io/v1";

    /// None when it was not installed by the chart.
    public List<OwnerReference> references() throws IOException {
        var name = installation.object("control-plane");
        return ApiErrors.found(
                        "ClusterRole " + name,
                        () -> client.rbac().clusterRoles().withName(name).get())
                .map(role -> new OwnerReferenceBuilder()
                        .withApiVersion(RBAC)
                        .withKind("ClusterRole")
                        .withName(name)
                        .withUid(role.getMetadata().getUid())
                        .build())
                .stream()
                .toList();
    }
}
