package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.controlplane.kubernetes.PassedOver;
import dev.sekisho.controlplane.kubernetes.SeenObjects;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.stream.Stream;

/// What the API server holds right now, by asking it.
public record ListedObjects(KubernetesClient client) implements SeenObjects {
    @Override
    public <T extends HasMetadata> Stream<T> ours(Class<T> kind) {
        return client
                .resources(kind)
                .inAnyNamespace()
                .withLabel(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                .list()
                .getItems()
                .stream();
    }

    /// It reads nothing but what is ours.
    @Override
    public Stream<PassedOver> passedOver() {
        return Stream.empty();
    }

    @Override
    public Optional<ServiceExport> export(ServiceName name) {
        return Optional.ofNullable(client.resources(ServiceExport.class)
                .inNamespace(name.namespace())
                .withName(name.name())
                .get());
    }

    @Override
    public Optional<Peer> peer(ClusterName name) {
        return Optional.ofNullable(
                client.resources(Peer.class).withName(name.value()).get());
    }

    /// It tells nobody of changes.
    @Override
    public void wrote(HasMetadata answer) {}
}
