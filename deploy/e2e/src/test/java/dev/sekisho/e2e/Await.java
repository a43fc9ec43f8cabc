package dev.sekisho.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for a state, not for a time.
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PERIOD = Duration.ofMillis(50);

    private Await() {}

    /// Returns when `state` has become true; an exception of `state` counts as not yet.
    ///
    /// @throws AssertionError when it has not within half a minute
    static void until(String what, Callable<Boolean> state) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (state.call()) {
                    return;
                }
                last = null;
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
        throw new AssertionError("waited in vain for: " + what, last);
    }
}
