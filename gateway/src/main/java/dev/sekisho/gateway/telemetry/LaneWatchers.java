package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.LaneWatcher;
import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.names.ClusterName;
import java.util.List;

/// Several watchers of lanes as one, told in order.
public record LaneWatchers(List<LaneWatcher> all) implements LaneWatcher {
    public LaneWatchers {
        all = List.copyOf(all);
    }

    @Override
    public void opened(ClusterName peer, LaneRole role) {
        all.forEach(watcher -> watcher.opened(peer, role));
    }

    @Override
    public void retired(ClusterName peer, LaneRole role) {
        all.forEach(watcher -> watcher.retired(peer, role));
    }

    @Override
    public void lost(ClusterName peer, LaneRole role, String reason) {
        all.forEach(watcher -> watcher.lost(peer, role, reason));
    }

    @Override
    public void dialFailed(ClusterName peer, String reason) {
        all.forEach(watcher -> watcher.dialFailed(peer, reason));
    }

    @Override
    public void refused(RefusalReason kind, String reason) {
        all.forEach(watcher -> watcher.refused(kind, reason));
    }

    @Override
    public void exhausted(ClusterName peer, Bound bound) {
        all.forEach(watcher -> watcher.exhausted(peer, bound));
    }
}
