package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.util.Map;

/// What a peer exports, as far as we know.
///
/// @param complete whether the peer has ever told us everything; until then absence means nothing
public record PeerExports(ClusterName peer, boolean complete, Map<ServiceName, Export> exports) {
    public PeerExports {
        exports = Map.copyOf(exports);
    }
}
