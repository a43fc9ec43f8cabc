package dev.sekisho.gateway;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Waits for a state, with more patience than any machine should need.
public final class Eventually {
    private static final long PATIENCE_SECONDS = 30;

    private Eventually() {}

    /// @return what `future` brings
    public static <T> T done(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("did not come about", e.getCause() == null ? e : e.getCause());
        }
    }

    /// Returns once `condition` holds.
    public static void holds(Callable<Boolean> condition) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (!condition.call()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("did not hold within " + PATIENCE_SECONDS + " s");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
