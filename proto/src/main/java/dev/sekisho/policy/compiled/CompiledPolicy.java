package dev.sekisho.policy.compiled;

import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict.RuleName;
import java.util.ArrayList;
import java.util.List;

/// One direction of a policy, with everything decided that does not depend on a flow.
///
/// @param namespaces which namespaces its pods are in; of a policy with a namespace every one that it is asked for
public record CompiledPolicy(
        PolicyName name, CompiledSelector namespaces, CompiledSelector subject, List<CompiledRule> rules) {

    public static CompiledPolicy of(Policy policy, Direction direction) {
        return switch (policy) {
            case NamespacedPolicy namespaced -> of(namespaced, direction);
            case ClusterPolicy cluster -> of(cluster, direction);
        };
    }

    private static CompiledPolicy of(NamespacedPolicy policy, Direction direction) {
        var rules = new ArrayList<CompiledRule>();
        for (var rule : policy.rules(direction)) {
            rules.add(CompiledRule.of(new RuleName(policy.name(), rules.size(), ""), rule));
        }
        return new CompiledPolicy(
                policy.name(),
                new CompiledSelector(LabelSelector.EVERYTHING),
                new CompiledSelector(policy.subject()),
                List.copyOf(rules));
    }

    private static CompiledPolicy of(ClusterPolicy policy, Direction direction) {
        var rules = new ArrayList<CompiledRule>();
        var index = 0;
        for (var rule : policy.rules(direction)) {
            CompiledRule.of(new RuleName(policy.name(), index++, rule.name()), rule)
                    .ifPresent(rules::add);
        }
        return new CompiledPolicy(
                policy.name(),
                new CompiledSelector(policy.subject().namespaces()),
                new CompiledSelector(policy.subject().pods()),
                List.copyOf(rules));
    }

    /// @param pod of the local cluster
    public boolean selects(Endpoint.Pod pod) {
        return subject.matches(new KnownLabels.OfPod(pod.labels(), true))
                && namespaces.matches(new KnownLabels.OfNamespace(
                        pod.name().namespace(), pod.cluster(), pod.namespaceLabels(), true));
    }
}
