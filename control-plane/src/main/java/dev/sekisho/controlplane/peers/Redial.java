package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.peers.SyncSettings.Timing;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// When to dial next: at most one dial is under way or planned. Confined to the links' event loop.
final class Redial {
    private final Vertx vertx;
    private final Backoff backoff;
    private final Runnable dial;
    private OptionalLong timer = OptionalLong.empty();
    private boolean underWay;

    Redial(Vertx vertx, Timing timing, RandomGenerator random, Runnable dial) {
        this.vertx = vertx;
        this.backoff = new Backoff(timing.shortestRetry(), timing.longestRetry(), random);
        this.dial = dial;
    }

    /// Plans a dial, in place of one that is planned already.
    void after(Duration pause) {
        cancel();
        timer = OptionalLong.of(vertx.setTimer(Math.max(1, pause.toMillis()), _ -> {
            timer = OptionalLong.empty();
            if (!underWay) {
                dial.run();
            }
        }));
    }

    /// Plans a dial after a pause that grows from time to time.
    void afterPause() {
        after(backoff.pause());
    }

    /// A stream has lasted: the next pause is the shortest again.
    void reset() {
        backoff.reset();
    }

    void cancel() {
        timer.ifPresent(vertx::cancelTimer);
        timer = OptionalLong.empty();
    }

    void dialling() {
        underWay = true;
    }

    void dialled() {
        underWay = false;
    }
}
