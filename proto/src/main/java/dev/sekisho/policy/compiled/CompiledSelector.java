package dev.sekisho.policy.compiled;

import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.compiled.CompiledPeer.Trait;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A label selector as one list of requirements: `a: b` of matchLabels is `a In [b]`. A missing key satisfies `NotIn`
/// and `DoesNotExist`, as in Kubernetes, but only where all labels are known.
public record CompiledSelector(List<Requirement> requirements) {
    public CompiledSelector {
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

    /// Compiles the selector for this one question; [PolicySet] compiles each selector once.
    ///
    /// @param labels all labels of the object; a key that is missing here is one it does not carry
    public static boolean matches(LabelSelector selector, Map<String, String> labels) {
        return new CompiledSelector(selector).matches(new KnownLabels.OfPod(labels, true));
    }

    /// As a selector of namespaces, likewise: name and cluster are what they are, whatever the labels say.
    public static boolean matchesNamespaceOf(LabelSelector selector, Endpoint.Pod pod) {
        return new CompiledSelector(selector)
                .matches(new KnownLabels.OfNamespace(
                        pod.name().namespace(), pod.cluster(), pod.namespaceLabels(), true));
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

    /// Whether it matches, or would with labels that are not known here.
    boolean mayMatch(KnownLabels labels) {
        return requirements.stream()
                .allMatch(requirement -> holds(requirement, labels)
                        || (!labels.isComplete()
                                && labels.valueOf(requirement.key()).isEmpty()));
    }

    List<Requirement> unmet(KnownLabels labels) {
        return requirements.stream()
                .filter(requirement -> !holds(requirement, labels))
                .toList();
    }

    /// What an object must have for the selector to match: of each list at least one.
    Stream<List<Trait>> traits(Trait.Owner owner) {
        return requirements.stream().flatMap(requirement -> switch (requirement.operator()) {
            case IN -> Stream.of(values(owner, requirement).toList());
            case EXISTS -> Stream.of(List.of(new Trait.Key(owner, requirement.key())));
            case NOT_IN, DOES_NOT_EXIST -> Stream.of();
        });
    }

    /// What an object must not have: with any one of these the selector does not match.
    Stream<Trait> refusals(Trait.Owner owner) {
        return requirements.stream().flatMap(requirement -> switch (requirement.operator()) {
            case NOT_IN -> values(owner, requirement);
            case DOES_NOT_EXIST -> Stream.of(new Trait.Key(owner, requirement.key()));
            case IN, EXISTS -> Stream.of();
        });
    }

    private static Stream<Trait> values(Trait.Owner owner, Requirement requirement) {
        return requirement.values().stream().map(value -> new Trait.Label(owner, requirement.key(), value));
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
