package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void pauses_double_up_to_the_longest_each_cut_by_at_most_its_half() {
        for (var seed = 0; seed < 100; seed++) {
            var backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), new Random(seed));
            var whole = 200L;
            for (var round = 0; round < 20; round++) {
                assertThat(backoff.pause().toMillis()).as("seed %d", seed).isBetween(whole / 2, whole);
                whole = Math.min(2 * whole, 15_000);
            }

            backoff.reset();
            assertThat(backoff.pause().toMillis()).isBetween(100L, 200L);
        }
    }
}
