package dev.sekisho.policy.compiled;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// What is allowed to be written in ClusterNetworkPolicies and yet is hardly meant.
final class Warnings {
    private static final int MOST = 50;
    private static final int LISTED = 5;

    private Warnings() {}

    private record Rank(Tier tier, int priority) implements Comparable<Rank> {
        @Override
        public int compareTo(Rank other) {
            var byTier = tier.compareTo(other.tier);
            return byTier != 0 ? byTier : Integer.compare(priority, other.priority);
        }
    }

    /// @return the first 50
    static List<String> about(Collection<Policy> policies) {
        var clusterPolicies = policies.stream()
                .filter(ClusterPolicy.class::isInstance)
                .map(ClusterPolicy.class::cast)
                .toList();
        var warnings = new ArrayList<String>();
        clusterPolicies.stream()
                .collect(groupingBy(policy -> new Rank(policy.tier(), policy.priority()), TreeMap::new, toList()))
                .forEach((rank, equals) -> {
                    if (equals.size() > 1) {
                        warnings.add(tie(rank, equals));
                    }
                });
        for (var policy : clusterPolicies) {
            addUnknown(warnings, policy, Direction.INGRESS);
            addUnknown(warnings, policy, Direction.EGRESS);
        }
        return warnings.stream().limit(MOST).toList();
    }

    private static String tie(Rank rank, List<ClusterPolicy> equals) {
        var names = equals.stream()
                .limit(LISTED)
                .map(policy -> policy.name().name())
                .collect(joining(", "));
        var more = equals.size() > LISTED ? " and " + (equals.size() - LISTED) + " more" : "";
        return PolicyKind.CLUSTER_NETWORK_POLICY + " " + names + more + ": are all of tier " + rank.tier
                + " and priority " + rank.priority + "; they are asked in the order of their names";
    }

    private static void addUnknown(List<String> warnings, ClusterPolicy policy, Direction direction) {
        var index = 0;
        for (TierRule rule : policy.rules(direction)) {
            for (var peer : rule.peers()) {
                if (peer instanceof PeerSelector.Unjudged unjudged) {
                    var effect = rule.action() == ClusterPolicy.Action.ACCEPT
                            ? "the rule accepts nobody"
                            : "the rule denies everything";
                    warnings.add(policy.name() + ": " + direction + " rule " + index + " uses '" + unjudged.field()
                            + "', which cannot be judged here; " + effect);
                }
            }
            index++;
        }
    }
}
