package dev.sekisho.gateway.feed;

import dev.sekisho.feed.v1.RouteSnapshot;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the last route table in a file. Writing is behind by at most the delay and one write; only the newest table is
/// written. Confined to `context`; the file is read and written on a worker thread.
final class RouteStore {
    private static final Logger log = LoggerFactory.getLogger(RouteStore.class);

    /// Writing takes at most a twentieth of the time.
    private static final int PAUSE_PER_WRITE = 20;

    private final Vertx vertx;
    private final Context context;
    private final Path file;
    private final Duration delay;
    private Optional<Supplier<RouteSnapshot>> next = Optional.empty();
    private Optional<Long> timer = Optional.empty();
    private Future<Void> writing = Future.succeededFuture();
    private Duration lastWrite = Duration.ZERO;
    private boolean failing;

    RouteStore(Vertx vertx, Context context, Path file, Duration delay) {
        this.vertx = vertx;
        this.context = context;
        this.file = file;
        this.delay = delay;
    }

    /// Never fails: a file that is damaged or cannot be read is told and treated as absent.
    Future<Optional<RouteSnapshot>> load() {
        return context.executeBlocking(() -> RouteFile.read(file))
                .map(Objects::requireNonNull)
                .recover(cause -> {
                    log.atWarn()
                            .addKeyValue("file", file)
                            .addKeyValue("reason", cause.getMessage())
                            .log("The stored route table cannot be used; the gateway waits for the control plane");
                    return Future.succeededFuture(Optional.empty());
                });
    }

    /// Writes at once, then not again before a pause is over, which is longer when writing took long: a single change
    /// is on disk right away, and a burst of them costs little of the machine.
    ///
    /// @param snapshot called on a worker thread when its turn comes, and not at all when another came in between
    void keep(Supplier<RouteSnapshot> snapshot) {
        next = Optional.of(snapshot);
        if (timer.isEmpty()) {
            timer = Optional.of(vertx.setTimer(pauseMillis(), _ -> pauseOver()));
            writing = writing.compose(_ -> writeNewest());
        }
    }

    private long pauseMillis() {
        return Math.max(1, Math.max(delay.toMillis(), PAUSE_PER_WRITE * lastWrite.toMillis()));
    }

    private void pauseOver() {
        timer = Optional.empty();
        next.ifPresent(this::keep);
    }

    /// Completes when everything kept so far is on disk, or could not be written.
    Future<Void> flush() {
        timer.ifPresent(vertx::cancelTimer);
        timer = Optional.empty();
        writing = writing.compose(_ -> writeNewest());
        return writing;
    }

    private Future<Void> writeNewest() {
        if (next.isEmpty()) {
            return Future.succeededFuture();
        }
        var newest = next.get();
        next = Optional.empty();
        return context.executeBlocking(() -> {
                    var begun = System.nanoTime();
                    RouteFile.write(file, newest.get());
                    return Duration.ofNanos(System.nanoTime() - begun);
                })
                .onSuccess(took -> {
                    failing = false;
                    lastWrite = took;
                })
                .<Void>mapEmpty()
                .recover(this::writeFailed);
    }

    private Future<Void> writeFailed(Throwable cause) {
        // Said again only after it has worked: a full disk stays full for a while.
        if (!failing) {
            failing = true;
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", cause.toString())
                    .log("The route table cannot be stored; after a restart this gateway would wait for its"
                            + " control plane");
        }
        return Future.succeededFuture();
    }
}
