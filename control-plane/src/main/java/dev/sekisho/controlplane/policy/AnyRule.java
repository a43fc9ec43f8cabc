package dev.sekisho.controlplane.policy;

import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A rule of any kind of policy.
///
/// @param field `spec.ingress[0]`
/// @param peers empty means anyone
record AnyRule(String field, Direction direction, boolean denies, List<PeerSelector> peers, List<PortSelector> ports) {
    AnyRule {
        peers = List.copyOf(peers);
        ports = List.copyOf(ports);
    }

    /// Of either direction.
    static List<AnyRule> of(Policy policy) {
        var rules = new ArrayList<AnyRule>();
        for (var direction : Direction.values()) {
            var field = "spec." + direction.name().toLowerCase(Locale.ROOT);
            var index = 0;
            switch (policy) {
                case NamespacedPolicy namespaced -> {
                    for (var rule : direction == Direction.INGRESS ? namespaced.ingress() : namespaced.egress()) {
                        rules.add(
                                new AnyRule(field + "[" + index++ + "]", direction, false, rule.peers(), rule.ports()));
                    }
                }
                case ClusterPolicy cluster -> {
                    for (var rule : direction == Direction.INGRESS ? cluster.ingress() : cluster.egress()) {
                        var denies = rule.action() != Action.ACCEPT;
                        rules.add(new AnyRule(
                                field + "[" + index++ + "]", direction, denies, rule.peers(), rule.ports()));
                    }
                }
            }
        }
        return rules;
    }
}
