package dev.sekisho.controlplane.kinds;

import dev.sekisho.controlplane.clusterset.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `metav1.Condition` as a status holds it. Plain functions.
public final class Conditions {
    private static final Comparator<io.fabric8.kubernetes.api.model.Condition> BY_TYPE =
            Comparator.comparing(io.fabric8.kubernetes.api.model.Condition::getType);

    private static final Set<String> OURS = Set.of("Valid", "Ready", "Conflict");

    private Conditions() {}

    /// By type, each with the time at which its status last changed.
    ///
    /// @param before those that stand there
    /// @param generation of the object they are about; empty when it has none
    public static List<io.fabric8.kubernetes.api.model.Condition> of(
            List<Condition> wanted,
            List<io.fabric8.kubernetes.api.model.Condition> before,
            Optional<Long> generation,
            Instant now) {
        return wanted.stream()
                .map(condition -> {
                    var built = new ConditionBuilder()
                            .withType(condition.type())
                            .withStatus(condition.status())
                            .withReason(condition.reason())
                            .withMessage(condition.message())
                            .withLastTransitionTime(find(before, condition.type())
                                    .filter(old -> condition.status().equals(old.getStatus()))
                                    .map(io.fabric8.kubernetes.api.model.Condition::getLastTransitionTime)
                                    .orElseGet(() ->
                                            now.truncatedTo(ChronoUnit.SECONDS).toString()));
                    generation.ifPresent(built::withObservedGeneration);
                    return built.build();
                })
                .sorted(BY_TYPE)
                .toList();
    }

    public static Optional<io.fabric8.kubernetes.api.model.Condition> find(
            List<io.fabric8.kubernetes.api.model.Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /// Those of the types that we write, by type; others are somebody else's.
    public static List<io.fabric8.kubernetes.api.model.Condition> ours(
            List<io.fabric8.kubernetes.api.model.Condition> standing) {
        return standing.stream()
                .filter(condition -> OURS.contains(condition.getType()))
                .sorted(BY_TYPE)
                .toList();
    }
}
