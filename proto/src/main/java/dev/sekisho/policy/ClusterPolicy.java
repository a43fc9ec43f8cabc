package dev.sekisho.policy;

import java.util.List;

/// One ClusterNetworkPolicy: an administrator's rules for pods of any namespace, asked before or after those of the
/// namespaces. It isolates nothing by being there.
///
/// @param priority within its tier lower ones are asked first; of equal ones the lower name
/// @param subject the pods it is about
public record ClusterPolicy(
        PolicyName name, Tier tier, int priority, Subject subject, List<TierRule> ingress, List<TierRule> egress)
        implements Policy {
    public static final int MAX_PRIORITY = 1000;

    /// The tiers around the namespaces' own policies, in the order they are asked.
    public enum Tier {
        ADMIN("Admin"),
        BASELINE("Baseline");

        private final String tier;

        Tier(String tier) {
            this.tier = tier;
        }

        /// As in the object's `tier` field.
        @Override
        public String toString() {
            return tier;
        }
    }

    public enum Action {
        ACCEPT,
        DENY,
        /// The rest of the tier is not asked.
        PASS
    }

    public ClusterPolicy {
        if (name.kind() != PolicyKind.CLUSTER_NETWORK_POLICY
                || !name.namespace().isEmpty()) {
            throw new IllegalArgumentException(name + " is no name of a ClusterNetworkPolicy");
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority must be 0 to " + MAX_PRIORITY + ", got " + priority);
        }
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    public static PolicyName name(String name) {
        return new PolicyName(PolicyKind.CLUSTER_NETWORK_POLICY, "", name);
    }

    /// Denies everything to every pod, before any other policy.
    static ClusterPolicy closed(PolicyName name) {
        var everything = new TierRule("", Action.DENY, List.of(new PeerSelector.Unknown("spec")), List.of());
        return new ClusterPolicy(
                name,
                Tier.ADMIN,
                0,
                new Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING),
                List.of(everything),
                List.of(everything));
    }

    @Override
    public boolean governs(Direction direction) {
        return !rules(direction).isEmpty();
    }

    public List<TierRule> rules(Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    public record Subject(LabelSelector namespaces, LabelSelector pods) {}

    /// @param name empty when it has none
    /// @param peers any of these; never empty
    /// @param ports any of these; empty means every port of every protocol
    public record TierRule(String name, Action action, List<PeerSelector> peers, List<PortSelector> ports) {
        public TierRule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
            if (peers.isEmpty()) {
                throw new IllegalArgumentException("a rule of a ClusterNetworkPolicy needs a peer");
            }
        }
    }
}
