package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.stream.Stream;

/// What the API server holds, as the watches saw it last: as much of it as whoever writes must know. It may lag behind
/// what was just written. Any thread.
public interface SeenObjects {
    /// Those of `kind` that are ours by their label ([OwnObjects#isOurs]), with namespace, name, uid, resourceVersion
    /// and labels; ServiceImports also with their status, Services with their ports.
    ///
    /// @param kind Service, ServiceImport, EndpointSlice or NetworkPolicy
    <T extends HasMetadata> Stream<T> ours(Class<T> kind);

    /// What is not taken in of the objects of others.
    Stream<PassedOver> passedOver();

    /// With its uid and status.
    Optional<ServiceExport> export(ServiceName name);

    /// With its uid and status.
    Optional<Peer> peer(ClusterName name);

    /// Whoever is told of changes need not be told of this one, when the watches come to show it.
    ///
    /// @param answer the API server's answer to a write of ours
    void wrote(HasMetadata answer);
}
