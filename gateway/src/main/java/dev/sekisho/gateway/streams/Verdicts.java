package dev.sekisho.gateway.streams;

import dev.sekisho.policy.Verdict;
import java.util.stream.Collectors;

/// What a denial means for a stream, and how it is told to the operator.
final class Verdicts {
    private Verdicts() {}

    /// For the operator: the policies that deny, and what came closest to allowing it.
    static String why(Verdict.Denied denied) {
        var policies = denied.by()
                .map(Object::toString)
                .orElseGet(
                        () -> denied.isolatedBy().stream().map(Object::toString).collect(Collectors.joining(", ")));
        if (policies.isEmpty()) {
            return denied.nearestMiss();
        }
        return denied.nearestMiss().isEmpty() ? policies : policies + ": " + denied.nearestMiss();
    }

    static StreamOutcome refused(Verdict.Denied denied) {
        return new StreamOutcome.Refused(denied.direction(), why(denied));
    }

    static StreamOutcome policyChanged(Verdict.Denied denied) {
        return new StreamOutcome.PolicyChanged(denied.direction(), why(denied));
    }
}
