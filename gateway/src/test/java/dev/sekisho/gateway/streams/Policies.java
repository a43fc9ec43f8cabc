package dev.sekisho.gateway.streams;

import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The policies the tests of streams need.
final class Policies {
    private static final LabelSelector ANY_CLUSTER = new LabelSelector(
            Map.of(),
            List.of(new LabelSelector.Requirement("sekisho.dev/cluster", LabelSelector.Operator.EXISTS, List.of())));

    private Policies() {}

    /// Pods with role=db may be called by pods with that role, of any cluster, and by nobody else.
    static Policy onlyFor(String role) {
        return new NamespacedPolicy(
                new PolicyName("shop", "db-ingress"),
                new LabelSelector(Map.of("role", "db"), List.of()),
                Set.of(Direction.INGRESS),
                List.of(new NamespacedPolicy.Rule(
                        List.of(new PeerSelector.Pods(
                                Optional.of(ANY_CLUSTER),
                                Optional.of(new LabelSelector(Map.of("role", role), List.of())))),
                        List.of())),
                List.of());
    }

    /// Pods with that role may call nobody.
    static Policy noCallsBy(String role) {
        return new NamespacedPolicy(
                new PolicyName("shop", role + "-egress"),
                new LabelSelector(Map.of("role", role), List.of()),
                Set.of(Direction.EGRESS),
                List.of(),
                List.of());
    }
}
