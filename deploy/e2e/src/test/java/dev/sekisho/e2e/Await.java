package dev.sekisho.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for a state, not for a time.
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PERIOD = Duration.ofMillis(50);

    private Await() {}

    /// Returns when `state` has become true; an exception of `state` counts as not yet.
    ///
    /// @throws AssertionError when it has not within half a minute
    static void until(String what, Callable<Boolean> state) {
        holds(PATIENCE, what, () -> {
            if (!state.call()) {
                throw new AssertionError("it is not so");
            }
        });
    }

    /// Returns when `claim` has come to its end without an exception or a failed assertion.
    ///
    /// @throws AssertionError when it has not within `patience`; its cause is why not, the last time
    public static void holds(Duration patience, String what, Claim claim) {
        var deadline = System.nanoTime() + patience.toNanos();
        Throwable last;
        do {
            try {
                claim.check();
                return;
            } catch (Exception | AssertionError e) {
                last = e;
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        } while (System.nanoTime() < deadline);
        throw new AssertionError("waited in vain for: " + what + "; " + last.getMessage(), last);
    }

    /// Returns when `claim` has held each time it was looked at for so long.
    public static void stays(Duration time, Claim claim) throws Exception {
        var deadline = System.nanoTime() + time.toNanos();
        do {
            claim.check();
            LockSupport.parkNanos(PERIOD.toNanos());
        } while (System.nanoTime() < deadline);
    }

    /// What should be so, as assertions.
    @FunctionalInterface
    public interface Claim {
        void check() throws Exception;
    }
}
