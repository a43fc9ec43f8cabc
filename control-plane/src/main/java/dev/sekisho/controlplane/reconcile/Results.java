package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the control plane writes back into its cluster.
///
/// @param held ServiceImports that are written already and must stay as they are, although they are not in `imports`:
///     a peer that may export them has not been heard yet (invariant 1)
/// @param exportConditions of every ServiceExport of this cluster
/// @param importConditions of every one of `imports`
/// @param passes extra NetworkPolicies that let gateways through
public record Results(
        Map<ServiceName, Import> imports,
        Set<ServiceName> held,
        Map<ServiceName, List<Condition>> importConditions,
        Map<ServiceName, List<Condition>> exportConditions,
        List<GatewayPass> passes,
        Map<ClusterName, PeerStatus> peers) {
    public Results {
        imports = Map.copyOf(imports);
        held = Set.copyOf(held);
        importConditions = Map.copyOf(importConditions);
        exportConditions = Map.copyOf(exportConditions);
        passes = List.copyOf(passes);
        peers = Map.copyOf(peers);
    }

    /// Results without anything held or said of imports.
    public Results(
            Map<ServiceName, Import> imports,
            Map<ServiceName, List<Condition>> exportConditions,
            Map<ClusterName, PeerStatus> peers) {
        this(imports, Set.of(), Map.of(), exportConditions, List.of(), peers);
    }

    /// @param connected whether the sync stream is up
    /// @param lastHeardAt when anything last came from the peer; empty when never
    /// @param problem why it is not connected, or what is wrong although it is, for an operator; else empty
    /// @param exports how many services it exports
    public record PeerStatus(boolean connected, Optional<Instant> lastHeardAt, String problem, int exports) {}
}
