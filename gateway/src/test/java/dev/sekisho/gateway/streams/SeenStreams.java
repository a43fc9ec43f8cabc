package dev.sekisho.gateway.streams;

import dev.sekisho.names.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers how streams ended.
final class SeenStreams implements StreamWatcher {
    private final AtomicInteger started = new AtomicInteger();
    private final Queue<StreamSummary> ended = new ConcurrentLinkedQueue<>();
    private final Map<DropReason, Integer> dropped = new ConcurrentHashMap<>();
    private final AtomicInteger endings = new AtomicInteger();

    @Override
    public void started(StreamSide side, ServiceName service) {
        started.incrementAndGet();
    }

    @Override
    public void ended(StreamSummary summary) {
        ended.add(summary);
        endings.incrementAndGet();
    }

    @Override
    public void dropped(StreamSide side, ServiceName service, DropReason reason, int count) {
        dropped.merge(reason, count, Integer::sum);
    }

    /// Datagrams that went no further.
    int dropped(DropReason reason) {
        return dropped.getOrDefault(reason, 0);
    }

    int started() {
        return started.get();
    }

    List<StreamSummary> ended() {
        return List.copyOf(ended);
    }

    /// Waits for the end of a stream, the only one there was.
    StreamSummary only() {
        var all = all(1);
        if (all.size() != 1) {
            throw new AssertionError("expected one stream, got " + all);
        }
        return all.getFirst();
    }

    /// Waits for `count` streams to end.
    List<StreamSummary> all(int count) {
        Until.holds(count + " streams to end", () -> endings.get() >= count);
        return ended();
    }
}
