package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.InstallationOwner;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads and writes the objects that we keep in our own namespace. Its methods block; any thread.
final class HomeObjects {
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final Installation installation;
    private final InstallationOwner owner;

    HomeObjects(KubernetesClient client, Installation installation) {
        this.client = client;
        this.installation = installation;
        this.owner = new InstallationOwner(client, installation);
    }

    Installation installation() {
        return installation;
    }

    /// Of an object that goes when the installation is removed: its ClusterRole owns it.
    ///
    /// @param labels besides the one that says that it is ours
    ObjectMeta metadata(String suffix, Map<String, String> labels) throws IOException {
        return new ObjectMetaBuilder(lasting(suffix, labels))
                .withOwnerReferences(owner.references())
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

    Optional<Secret> secret(String suffix) throws IOException {
        var name = installation.object(suffix);
        return ApiErrors.found(
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
            throw ApiErrors.failure(described(object), e);
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
            throw ApiErrors.failure(described(object), e);
        }
    }

    private static String described(HasMetadata object) {
        var metadata = object.getMetadata();
        return object.getKind() + " " + metadata.getNamespace() + "/" + metadata.getName();
    }
}
