package dev.sekisho.controlplane.reconcile;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes results one after the other: while one is being written only the newest of those that follow is kept, and
/// what could not be written is tried again. Confined to the reconciler's event loop.
final class ResultsWriter {
    private static final Logger log = LoggerFactory.getLogger(ResultsWriter.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Cluster cluster;
    private Optional<Results> written = Optional.empty();
    private Optional<Results> next = Optional.empty();
    private Optional<Future<Void>> running = Optional.empty();
    private Duration retryAfter = FIRST_RETRY;
    private boolean stopped;
    private volatile OptionalLong failingSince = OptionalLong.empty();

    ResultsWriter(Vertx vertx, Cluster cluster) {
        this.vertx = vertx;
        this.cluster = cluster;
    }

    void write(Results results) {
        next = written.equals(Optional.of(results)) && running.isEmpty() ? Optional.empty() : Optional.of(results);
        writeNext();
    }

    /// For how long nothing could be written whole; zero while all is well. Any thread.
    Duration failingFor() {
        var since = failingSince;
        return since.isPresent() ? Duration.ofNanos(System.nanoTime() - since.getAsLong()) : Duration.ZERO;
    }

    /// Begins no more writing.
    ///
    /// @return completes when the last one is over, well or not
    Future<Void> stop() {
        stopped = true;
        return running.orElseGet(Future::succeededFuture);
    }

    private void writeNext() {
        if (running.isPresent() || next.isEmpty() || stopped) {
            return;
        }
        var results = next.get();
        next = Optional.empty();
        var context = vertx.getOrCreateContext();
        var write = cluster.write(results);
        running = Optional.of(write);
        write.onComplete(outcome -> context.runOnContext(_ -> {
            running = Optional.empty();
            if (outcome.succeeded()) {
                written = Optional.of(results);
                retryAfter = FIRST_RETRY;
                failingSince = OptionalLong.empty();
                writeNext();
            } else {
                failed(results, outcome.cause());
            }
        }));
    }

    private void failed(Results results, Throwable cause) {
        // Some of it may have been written, so what is there now is unknown.
        written = Optional.empty();
        if (failingSince.isEmpty()) {
            failingSince = OptionalLong.of(System.nanoTime());
        }
        log.atWarn()
                .addKeyValue("retryAfter", retryAfter)
                .setCause(cause)
                .log("Results could not be written to the cluster");
        if (next.isEmpty()) {
            next = Optional.of(results);
        }
        vertx.setTimer(retryAfter.toMillis(), _ -> writeNext());
        var doubled = retryAfter.multipliedBy(2);
        retryAfter = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    }
}
