package dev.sekisho.controlplane.reconcile;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Waits for states of a program that works on other threads. For the tests of the whole control plane.
public final class Await {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private Await() {}

    /// Looks again and again until `assertion` holds; fails as it last did when it never does.
    public static void until(ThrowingCallable assertion) {
        var end = System.nanoTime() + LONG_ENOUGH.toNanos();
        while (System.nanoTime() < end) {
            try {
                assertion.call();
                return;
            } catch (Throwable _) {
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }
        try {
            assertion.call();
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    public static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result in time", e);
        } catch (ExecutionException e) {
            throw new AssertionError("failed: " + e.getMessage(), e.getCause());
        }
    }

    public static Throwable failure(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result in time", e);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("must have failed");
    }
}
