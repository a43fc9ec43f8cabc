package dev.sekisho.controlplane.kinds;

import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `metav1.LabelSelector`, which several kinds hold.
final class LabelSelectors {
    private static final Map<String, Operator> OPERATORS = Map.of(
            "In", Operator.IN,
            "NotIn", Operator.NOT_IN,
            "Exists", Operator.EXISTS,
            "DoesNotExist", Operator.DOES_NOT_EXIST);

    private LabelSelectors() {}

    /// @param selector absent when null, which is no problem
    static void check(FieldProblems problems, String field, @Nullable LabelSelector selector) {
        if (selector == null) {
            return;
        }
        problems.noMoreFields(field, selector.getAdditionalProperties());
        problems.labels(field + ".matchLabels", selector.getMatchLabels());
        var index = 0;
        for (var requirement : orEmpty(selector.getMatchExpressions())) {
            check(problems, field + ".matchExpressions[" + index++ + "]", requirement);
        }
    }

    private static void check(FieldProblems problems, String field, LabelSelectorRequirement requirement) {
        problems.noMoreFields(field, requirement.getAdditionalProperties());
        problems.labelKey(field + ".key", requirement.getKey());
        var operator = requirement.getOperator();
        problems.require(
                operator != null && OPERATORS.containsKey(operator),
                field + ".operator",
                "must be one of DoesNotExist, Exists, In, NotIn, got '" + operator + "'");
        var values = orEmpty(requirement.getValues());
        if ("In".equals(operator) || "NotIn".equals(operator)) {
            problems.require(!values.isEmpty(), field + ".values", "must be given when operator is In or NotIn");
        } else if (operator != null && OPERATORS.containsKey(operator)) {
            problems.require(
                    values.isEmpty(), field + ".values", "must not be given when operator is Exists or DoesNotExist");
        }
        for (var i = 0; i < values.size(); i++) {
            problems.labelValue(field + ".values[" + i + "]", values.get(i));
        }
    }

    /// @param selector without problems
    static dev.sekisho.policy.LabelSelector selector(LabelSelector selector) {
        return new dev.sekisho.policy.LabelSelector(
                Metadata.orEmpty(selector.getMatchLabels()),
                orEmpty(selector.getMatchExpressions()).stream()
                        .map(LabelSelectors::requirement)
                        .toList());
    }

    private static Requirement requirement(LabelSelectorRequirement requirement) {
        var operator = OPERATORS.get(requirement.getOperator());
        if (operator == null) {
            throw new IllegalArgumentException("operator was not checked: " + requirement.getOperator());
        }
        return new Requirement(requirement.getKey(), operator, orEmpty(requirement.getValues()));
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
