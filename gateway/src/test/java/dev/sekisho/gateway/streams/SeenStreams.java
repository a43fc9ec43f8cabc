package dev.sekisho.gateway.streams;

import dev.sekisho.names.ServiceName;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers how streams ended.
final class SeenStreams implements StreamWatcher {
    private final AtomicInteger started = new AtomicInteger();
    private final List<StreamSummary> ended = new CopyOnWriteArrayList<>();

    @Override
    public void started(StreamSide side, ServiceName service) {
        started.incrementAndGet();
    }

    @Override
    public void ended(StreamSummary summary) {
        ended.add(summary);
    }

    int started() {
        return started.get();
    }

    List<StreamSummary> ended() {
        return ended;
    }

    /// Waits for the end of a stream, the only one there was.
    StreamSummary only() {
        Until.holds("the end of a stream", () -> !ended.isEmpty());
        if (ended.size() != 1) {
            throw new AssertionError("expected one stream, got " + ended);
        }
        return ended.getFirst();
    }

    /// Waits for `count` streams to end.
    List<StreamSummary> all(int count) {
        Until.holds(count + " streams to end, " + ended.size() + " have", () -> ended.size() >= count);
        return ended;
    }

    void forget() {
        ended.clear();
        started.set(0);
    }
}
