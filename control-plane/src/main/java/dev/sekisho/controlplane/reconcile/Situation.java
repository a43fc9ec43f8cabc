package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.Map;

/// What is known and decided as of now. Immutable; any thread.
///
/// @param policies of this cluster, ready to judge
/// @param peers the links with every peer of the view
public record Situation(ClusterView view, ClusterSetPlan plan, PolicySet policies, Map<ClusterName, PeerStatus> peers) {
    public Situation {
        peers = Map.copyOf(peers);
    }
}
