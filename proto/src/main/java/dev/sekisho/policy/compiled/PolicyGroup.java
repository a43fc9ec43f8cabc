package dev.sekisho.policy.compiled;

import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicyName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The policies of one namespace, or of one tier, in one direction, in the order they are asked. Immutable; any thread.
///
/// What it remembers depends on these policies alone, so a set that shares the group may share that too.
final class PolicyGroup {
    static final PolicyGroup EMPTY = new PolicyGroup(List.of());

    // A namespace has few kinds of pods; pods of a StatefulSet differ in their labels and are still selected alike.
    private static final int SUBJECT_SLOTS = 64;
    private static final int SELECTION_SLOTS = 16;

    private final List<CompiledPolicy> policies;
    private final SlotCache<Subject, Applied> bySubject = new SlotCache<>(SUBJECT_SLOTS);
    private final SlotCache<BitSet, Applied> bySelection = new SlotCache<>(SELECTION_SLOTS);

    private record Subject(String namespace, Map<String, String> namespaceLabels, Map<String, String> labels) {}

    /// Those policies of the group that select a pod.
    record Applied(List<CompiledPolicy> policies, List<PolicyName> names, RuleIndex rules) {
        private static final Applied NONE = new Applied(List.of(), List.of(), new RuleIndex(List.of()));

        Optional<CompiledRule> first(Flow flow) {
            return rules.first(flow);
        }

        /// Those that match it if what is not known of the other end is as they ask.
        ///
        /// @param first what [#first] says: rules behind it do not count
        List<CompiledRule> doubtful(Flow flow, Optional<CompiledRule> first) {
            if (flow.isCertain()) {
                return List.of();
            }
            var doubtful = new ArrayList<CompiledRule>();
            for (var policy : policies) {
                for (var rule : policy.rules()) {
                    if (first.filter(rule::equals).isPresent()) {
                        return doubtful;
                    }
                    if (rule.mayMatch(flow)) {
                        doubtful.add(rule);
                    }
                }
            }
            return doubtful;
        }
    }

    PolicyGroup(List<CompiledPolicy> policies) {
        this.policies = List.copyOf(policies);
    }

    /// @param pod of the local cluster
    Applied to(Endpoint.Pod pod) {
        if (policies.isEmpty()) {
            return Applied.NONE;
        }
        return bySubject.get(
                new Subject(pod.name().namespace(), pod.namespaceLabels(), pod.labels()),
                _ -> bySelection.get(selection(pod), this::applied));
    }

    private BitSet selection(Endpoint.Pod pod) {
        var selected = new BitSet(policies.size());
        for (var i = 0; i < policies.size(); i++) {
            if (policies.get(i).selects(pod)) {
                selected.set(i);
            }
        }
        return selected;
    }

    private Applied applied(BitSet selected) {
        var selecting = selected.stream().mapToObj(policies::get).toList();
        return new Applied(
                selecting,
                List.copyOf(selecting.stream().map(CompiledPolicy::name).toList()),
                new RuleIndex(selecting.stream()
                        .flatMap(policy -> policy.rules().stream())
                        .toList()));
    }
}
