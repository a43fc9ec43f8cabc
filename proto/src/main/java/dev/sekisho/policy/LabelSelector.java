package dev.sekisho.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `metav1.LabelSelector`: matches when every label and every requirement holds; without any it matches everything.
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
    public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST
    }

    /// @param values needed by [Operator#IN] and [Operator#NOT_IN], empty for the others
    public record Requirement(String key, Operator operator, List<String> values) {
        /// @throws IllegalArgumentException when the operator needs values and has none, or has some and takes none
        public Requirement {
            values = List.copyOf(values);
            var takesValues = operator == Operator.IN || operator == Operator.NOT_IN;
            if (takesValues == values.isEmpty()) {
                throw new IllegalArgumentException(
                        "label '" + key + "': " + operator + (takesValues ? " needs values" : " takes no values"));
            }
        }
    }

    /// Every key it asks for.
    public Set<String> keys() {
        return Stream.concat(
                        matchLabels.keySet().stream(), matchExpressions.stream().map(Requirement::key))
                .collect(Collectors.toSet());
    }
}
