package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Reads and writes the objects that we keep in our own namespace. Its methods block; any thread.
final class HomeObjects {
    private static final int CONFLICT = 409;
    private static final String RBAC = "rbac.authorization.k8s.io/v1";

    private final KubernetesClient client;
    private final Installation installation;

    HomeObjects(KubernetesClient client, Installation installation) {
        this.client = client;
        this.installation = installation;
    }

    Installation installation() {
        return installation;
    }

    /// Of an object that goes when the installation is removed: its ClusterRole owns it.
    ///
    /// @param labels besides the one that says that it is ours
    ObjectMeta metadata(String suffix, Map<String, String> labels) throws IOException {
        return new ObjectMetaBuilder(lasting(suffix, labels))
                .withOwnerReferences(owner())
                .build();
    }

    /// Of an object that only goes with the namespace.
    ObjectMeta lasting(String suffix, Map<String, String> labels) {
        var all = new HashMap<>(labels);
        all.put(OwnObjects.MANAGED_BY, OwnObjects.OURS);
        return new ObjectMetaBuilder()
                .withNamespace(installation.namespace())
                .withName(installation.object(suffix))
                .withLabels(all)
                .build();
    }

    /// Our ClusterRole, with which everything goes that is ours. None when it was not installed by the chart.
    List<OwnerReference> owner() throws IOException {
        var name = installation.object("control-plane");
        return found(
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

    Optional<Secret> secret(String suffix) throws IOException {
        var name = installation.object(suffix);
        return found(
                "Secret " + installation.namespace() + "/" + name,
                () -> client.secrets()
                        .inNamespace(installation.namespace())
                        .withName(name)
                        .get());
    }

    /// @return false when there is one of that name already
    boolean create(HasMetadata object) throws IOException {
        try {
            client.resource(object).create();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT) {
                return false;
            }
            throw failure(described(object), e);
        }
    }

    /// Makes the object so, whoever wrote it before.
    void apply(HasMetadata object) throws IOException {
        try {
            client.resource(object)
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager(OwnObjects.FIELD_MANAGER)
                                    .withForce(true)
                                    .build(),
                            client.getKubernetesSerialization().asJson(object));
        } catch (KubernetesClientException e) {
            throw failure(described(object), e);
        }
    }

    private static <T> Optional<T> found(String what, Callable<@Nullable T> read) throws IOException {
        try {
            return Optional.ofNullable(read.call());
        } catch (KubernetesClientException e) {
            throw failure(what, e);
        } catch (Exception e) {
            throw new IOException(what + ": " + e.getMessage(), e);
        }
    }

    private static String described(HasMetadata object) {
        var metadata = object.getMetadata();
        return object.getKind() + " " + metadata.getNamespace() + "/" + metadata.getName();
    }

    /// In words for an operator: never what was sent, which may be a key.
    static IOException failure(String what, KubernetesClientException e) {
        return new IOException(what + ": " + said(e), e);
    }

    /// What the API server said, likewise.
    static String said(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(Status::getMessage)
                .or(() -> Optional.ofNullable(e.getCause()).map(Throwable::getMessage))
                .orElse("the API server does not answer");
    }
}
