package dev.sekisho.policy;

import java.util.List;
import java.util.Set;

/// One NetworkPolicy or ClusterSetNetworkPolicy: it isolates pods of its namespace, and its rules allow.
///
/// @param subject which pods of the policy's namespace it isolates
/// @param isolates the directions it isolates them in (`policyTypes` after defaulting)
public record NamespacedPolicy(
        PolicyName name, LabelSelector subject, Set<Direction> isolates, List<Rule> ingress, List<Rule> egress)
        implements Policy {
    public NamespacedPolicy {
        if (name.kind() == PolicyKind.CLUSTER_NETWORK_POLICY) {
            throw new IllegalArgumentException(name + " is of no namespace");
        }
        isolates = Set.copyOf(isolates);
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    /// Isolates every pod of its namespace and allows nothing.
    static NamespacedPolicy closed(PolicyName name) {
        return new NamespacedPolicy(
                name, LabelSelector.EVERYTHING, Set.of(Direction.INGRESS, Direction.EGRESS), List.of(), List.of());
    }

    @Override
    public boolean governs(Direction direction) {
        return isolates.contains(direction);
    }

    public List<Rule> rules(Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    /// @param peers any of these; empty means anyone, pod or not, of any cluster
    /// @param ports any of these; empty means every port of every protocol
    public record Rule(List<PeerSelector> peers, List<PortSelector> ports) {
        public Rule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }
}
