package dev.sekisho.policy;

import java.util.List;
import java.util.Map;

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
        public Requirement {
            values = List.copyOf(values);
        }
    }
}
