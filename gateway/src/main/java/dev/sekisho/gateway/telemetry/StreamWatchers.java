package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.streams.DropReason;
import dev.sekisho.gateway.streams.StreamSide;
import dev.sekisho.gateway.streams.StreamSummary;
import dev.sekisho.gateway.streams.StreamWatcher;
import dev.sekisho.names.ServiceName;
import java.util.List;

/// Several watchers of streams as one, told in order.
public record StreamWatchers(List<StreamWatcher> all) implements StreamWatcher {
    public StreamWatchers {
        all = List.copyOf(all);
    }

    @Override
    public void started(StreamSide side, ServiceName service) {
        all.forEach(watcher -> watcher.started(side, service));
    }

    @Override
    public void dropped(StreamSide side, ServiceName service, DropReason reason, int count) {
        all.forEach(watcher -> watcher.dropped(side, service, reason, count));
    }

    @Override
    public void ended(StreamSummary summary) {
        all.forEach(watcher -> watcher.ended(summary));
    }
}
