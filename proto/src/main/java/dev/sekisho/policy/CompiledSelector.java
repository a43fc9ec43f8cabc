package dev.sekisho.policy;

import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A label selector as one list of requirements: `a: b` of matchLabels is `a In [b]`. A missing key satisfies `NotIn`
/// and `DoesNotExist`, as in Kubernetes, but only where all labels are known.
record CompiledSelector(List<Requirement> requirements) {
    CompiledSelector {
        requirements = List.copyOf(requirements);
    }

    CompiledSelector(LabelSelector selector) {
        this(Stream.concat(
                        new TreeMap<>(selector.matchLabels())
                                .entrySet().stream()
                                        .map(label -> new Requirement(
                                                label.getKey(), Operator.IN, List.of(label.getValue()))),
                        selector.matchExpressions().stream())
                .toList());
    }

    boolean mentions(String key) {
        return requirements.stream().anyMatch(requirement -> requirement.key().equals(key));
    }

    boolean matches(KnownLabels labels) {
        for (var requirement : requirements) {
            if (!holds(requirement, labels)) {
                return false;
            }
        }
        return true;
    }

    List<Requirement> unmet(KnownLabels labels) {
        return requirements.stream()
                .filter(requirement -> !holds(requirement, labels))
                .toList();
    }

    private static boolean holds(Requirement requirement, KnownLabels labels) {
        var value = labels.valueOf(requirement.key());
        return switch (requirement.operator()) {
            case IN -> value.isPresent() && requirement.values().contains(value.get());
            case NOT_IN -> value.isPresent() ? !requirement.values().contains(value.get()) : labels.isComplete();
            case EXISTS -> value.isPresent();
            case DOES_NOT_EXIST -> value.isEmpty() && labels.isComplete();
        };
    }
}
