package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the control plane writes back into its cluster.
///
/// @param exportConditions of every ServiceExport of this cluster
public record Results(
        Map<ServiceName, Import> imports,
        Map<ServiceName, List<Condition>> exportConditions,
        Map<ClusterName, PeerStatus> peers) {
    public Results {
        imports = Map.copyOf(imports);
        exportConditions = Map.copyOf(exportConditions);
        peers = Map.copyOf(peers);
    }

    /// @param connected whether the sync stream is up
    /// @param lastHeardAt when anything last came from the peer; empty when never
    /// @param problem why it is not connected, in words for an operator; empty when it is
    /// @param exports how many services it exports
    public record PeerStatus(boolean connected, Optional<Instant> lastHeardAt, String problem, int exports) {}
}
