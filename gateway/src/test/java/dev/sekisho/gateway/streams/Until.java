package dev.sekisho.gateway.streams;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for a state of another thread.
final class Until {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Until() {}

    /// @throws AssertionError saying `what` never came
    static void holds(String what, BooleanSupplier state) {
        var giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - giveUp > 0) {
                throw new AssertionError("in vain waited " + PATIENCE + " for: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
