package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00.9Z");

    private static Condition valid(String status, String message) {
        return new Condition("Valid", status, "Valid", message);
    }

    @Test
    void its_time_is_that_of_the_last_change_of_status_whatever_the_message() {
        var first = Conditions.of(List.of(valid("True", "a")), List.of(), Optional.of(1L), NOON);
        var second = Conditions.of(List.of(valid("True", "b")), first, Optional.of(2L), NOON.plusSeconds(60));
        var third = Conditions.of(List.of(valid("False", "b")), second, Optional.of(2L), NOON.plusSeconds(120));

        assertThat(first.getFirst().getLastTransitionTime()).isEqualTo("2026-11-28T12:00:00Z");
        assertThat(second.getFirst().getLastTransitionTime()).isEqualTo("2026-11-28T12:00:00Z");
        assertThat(second.getFirst().getObservedGeneration()).isEqualTo(2);
        assertThat(third.getFirst().getLastTransitionTime()).isEqualTo("2026-11-28T12:02:00Z");
    }

    @Test
    void what_somebody_else_added_is_not_ours() {
        var both = Conditions.of(
                List.of(valid("True", "a"), new Condition("Programmed", "True", "Programmed", "")),
                List.of(),
                Optional.empty(),
                NOON);

        assertThat(Conditions.ours(both))
                .extracting(condition -> condition.getType())
                .containsExactly("Valid");
    }
}
