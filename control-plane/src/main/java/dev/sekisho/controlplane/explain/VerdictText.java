package dev.sekisho.controlplane.explain;

import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.Verdict.RuleName;
import java.util.List;
import java.util.stream.Collectors;

/// A verdict in words.
public final class VerdictText {
    private VerdictText() {}

    /// One line that says who decided, and who before that handed the decision on.
    public static String of(Verdict verdict) {
        var passed = verdict.passedBy().isEmpty() ? "" : " (passed on by " + listed(verdict.passedBy()) + ")";
        return switch (verdict) {
            case Allowed allowed
            when allowed.audited().isPresent() ->
                "allowed as policies are only audited; enforced it would be "
                        + of(allowed.audited().get());
            case Allowed allowed ->
                allowed.by().map(rule -> "allowed by " + rule).orElse("allowed: no policy isolates the pod") + passed;
            case Denied denied -> "denied" + decidedBy(denied) + ": " + denied.nearestMiss() + passed;
        };
    }

    private static String decidedBy(Denied denied) {
        return denied.by()
                .map(rule -> " by " + rule)
                .orElse(denied.isolatedBy().isEmpty() ? "" : " by " + denied.isolatedBy());
    }

    private static String listed(List<RuleName> rules) {
        return rules.stream().map(RuleName::toString).collect(Collectors.joining(", "));
    }
}
