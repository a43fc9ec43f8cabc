package dev.sekisho.controlplane.peers;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// The pauses between tries: doubling from the shortest to the longest, each cut by chance to between its half and its
/// whole, so that clusters which lost the same link do not return in step.
final class Backoff {
    private final Duration shortest;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    Backoff(Duration shortest, Duration longest, RandomGenerator random) {
        this.shortest = shortest;
        this.longest = longest;
        this.random = random;
        this.next = shortest;
    }

    /// The pause before the next try; at least 1 ms.
    Duration pause() {
        var whole = next.toMillis();
        next = Duration.ofMillis(Math.min(2 * whole, longest.toMillis()));
        return Duration.ofMillis(Math.max(1, whole - random.nextLong(whole / 2 + 1)));
    }

    void reset() {
        next = shortest;
    }
}
