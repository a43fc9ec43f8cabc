package dev.sekisho.controlplane.policy;

import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Label sets that a selector tells apart: one that it matches, if any does, and beside it one with each other value
/// that it names.
final class LabelSamples {
    /// Values for labels of which only the key, or what they are not, is said.
    private static final List<String> ANY = List.of("any", "any-other", "any-further");

    /// Of an object whose labels are only known in part, a label that is missing fits no selector.
    enum Known {
        ALL,
        SOME
    }

    private LabelSamples() {}

    /// @return the one that is matched first
    static Set<Map<String, String>> of(LabelSelector selector, Known known) {
        var requirements = requirements(selector).toList();
        var fitting = new HashMap<String, String>();
        for (var requirement : requirements) {
            var ofKey = requirements.stream()
                    .filter(other -> other.key().equals(requirement.key()))
                    .toList();
            if (isNeeded(ofKey, known)) {
                candidates(ofKey)
                        .filter(value -> ofKey.stream().allMatch(each -> allows(each, value)))
                        .findFirst()
                        .ifPresent(value -> fitting.put(requirement.key(), value));
            }
        }
        var samples = new LinkedHashSet<Map<String, String>>();
        samples.add(Map.copyOf(fitting));
        for (var requirement : requirements) {
            var others = requirement.operator() == Operator.DOES_NOT_EXIST ? ANY.subList(0, 1) : requirement.values();
            for (var value : others) {
                var other = new HashMap<>(fitting);
                other.put(requirement.key(), value);
                samples.add(Map.copyOf(other));
            }
        }
        return samples;
    }

    static Stream<Requirement> requirements(LabelSelector selector) {
        return Stream.concat(
                selector.matchLabels().entrySet().stream()
                        .map(label -> new Requirement(label.getKey(), Operator.IN, List.of(label.getValue()))),
                selector.matchExpressions().stream());
    }

    private static boolean isNeeded(List<Requirement> ofKey, Known known) {
        return ofKey.stream().anyMatch(requirement -> switch (requirement.operator()) {
            case IN, EXISTS -> true;
            case NOT_IN -> known == Known.SOME;
            case DOES_NOT_EXIST -> false;
        });
    }

    private static Stream<String> candidates(List<Requirement> ofKey) {
        return Stream.concat(
                ofKey.stream()
                        .filter(requirement -> requirement.operator() == Operator.IN)
                        .flatMap(requirement -> requirement.values().stream()),
                ANY.stream());
    }

    private static boolean allows(Requirement requirement, String value) {
        return switch (requirement.operator()) {
            case IN -> requirement.values().contains(value);
            case NOT_IN -> !requirement.values().contains(value);
            case EXISTS -> true;
            case DOES_NOT_EXIST -> false;
        };
    }
}
