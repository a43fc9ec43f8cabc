package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.streams.StreamSettings.EnforceOn;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The streams of one side that are open: has them judged again when the rules change, and waits for them when the
/// gateway goes down. Any thread.
final class LiveStreams {
    /// A stream that can be judged again and broken off, on its loop.
    interface LiveStream {
        EventLoop loop();

        /// Any thread.
        StreamSoFar soFar();

        /// Goes on if it waited for what `table` holds.
        void lookAgain(RouteTable table);

        /// Ends the stream if `table` no longer allows it.
        void judgeBy(RouteTable table);

        void breakOff(StreamOutcome outcome);

        /// The gateway goes down: ends soon what has no end of its own.
        void draining();
    }

    private final Vertx vertx;
    private final StreamSettings settings;
    private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable RouteTable> judgedBy = new AtomicReference<>();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean draining;

    LiveStreams(Vertx vertx, StreamSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    void follow(LiveRoutes routes) {
        routes.onReplace(this::replaced);
    }

    /// @return false when there are too many already, or the gateway goes down
    boolean add(LiveStream stream) {
        if (draining || streams.size() >= settings.bounds().maxStreams()) {
            return false;
        }
        streams.add(stream);
        return true;
    }

    void remove(LiveStream stream) {
        streams.remove(stream);
        if (draining && streams.isEmpty()) {
            drained.tryComplete();
        }
    }

    int size() {
        return streams.size();
    }

    /// Some of them, as they are now.
    List<StreamSoFar> some(int most) {
        return streams.stream().limit(most).map(LiveStream::soFar).toList();
    }

    boolean isDraining() {
        return draining;
    }

    /// Takes no more streams; completes when the last one has ended, or has been broken off after `atMost`.
    Future<Void> drain(Duration atMost) {
        draining = true;
        if (streams.isEmpty()) {
            drained.tryComplete();
        } else {
            streams.forEach(stream -> stream.loop().execute(stream::draining));
            vertx.setTimer(Math.max(1, atMost.toMillis()), _ -> breakOff());
        }
        return drained.future();
    }

    /// Breaks every stream off now.
    void breakOff() {
        draining = true;
        streams.forEach(stream -> stream.loop().execute(() -> stream.breakOff(new StreamOutcome.Draining())));
    }

    private void replaced(RouteTable table) {
        var before = judgedBy.getAndSet(table);
        if (before != null
                && before.policies().version().equals(table.policies().version())
                && before.pods().equals(table.pods())
                && before.callers().equals(table.callers())
                && before.imports().equals(table.imports())) {
            return;
        }
        var judging = settings.enforceOn() == EnforceOn.CHANGE;
        streams.forEach(stream -> stream.loop().execute(() -> {
            stream.lookAgain(table);
            if (judging) {
                stream.judgeBy(table);
            }
        }));
    }
}
