package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.names.ClusterName;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The lanes we opened on one event loop, by peer. Confined to that loop, but for [#addCounts].
final class LoopLanes {
    private final EventLoop loop;
    private final LaneDialer dialer;
    private final PoolSettings settings;
    private final LaneWatcher watcher;
    private final PeerNews news;
    private final Map<ClusterName, PeerLanes> peers = new ConcurrentHashMap<>();
    /// Their endpoint has changed or they go away, but a stream still runs.
    private final List<PeerLanes> retired = new ArrayList<>();

    private @Nullable ScheduledFuture<?> ticks;
    private boolean draining;

    LoopLanes(EventLoop loop, LaneDialer dialer, PoolSettings settings, LaneWatcher watcher, PeerNews news) {
        this.loop = loop;
        this.dialer = dialer;
        this.settings = settings;
        this.watcher = watcher;
        this.news = news;
    }

    EventLoop loop() {
        return loop;
    }

    void start() {
        var every = Math.clamp(settings.pingEvery().toMillis() / 2, 10, 1000);
        ticks = loop.scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
    }

    void replaceRoutes(RouteTable table) {
        if (draining) {
            return;
        }
        peers.values().removeIf(lanes -> {
            var now = table.peers().get(lanes.peer().cluster());
            if (now == null) {
                lanes.close("the peer was removed");
                return true;
            }
            return false;
        });
        for (var peer : table.peers().values()) {
            var before = peers.get(peer.cluster());
            if (before != null && before.peer().equals(peer)) {
                continue;
            }
            var lanes = new PeerLanes(loop, peer, dialer, settings, watcher, news);
            peers.put(peer.cluster(), lanes);
            if (before != null) {
                before.closeDistrusted();
                before.handOver(lanes);
                before.retire("the peer has changed");
                retired.add(before);
            }
            lanes.tick();
        }
    }

    boolean isReachable(ClusterName peer) {
        var lanes = peers.get(peer);
        return lanes != null && lanes.isReachable();
    }

    void acquire(ClusterName peer, LaneRequest request) {
        var lanes = peers.get(peer);
        if (lanes == null) {
            request.failed("not linked");
        } else {
            lanes.acquire(request);
        }
    }

    /// Another loop has reached the peer.
    void dialNow(ClusterName peer) {
        var lanes = peers.get(peer);
        if (lanes != null && !lanes.isReachable()) {
            lanes.dialNow();
        }
    }

    /// Another loop gets no sign of life from the peer.
    void doubt(ClusterName peer) {
        var lanes = peers.get(peer);
        if (lanes != null) {
            lanes.doubt();
        }
    }

    void drain() {
        draining = true;
        peers.values().forEach(lanes -> lanes.retire("the gateway is shutting down"));
    }

    void stop() {
        drain();
        if (ticks != null) {
            ticks.cancel(false);
        }
        peers.values().forEach(lanes -> lanes.close("the gateway has shut down"));
        retired.forEach(lanes -> lanes.close("the gateway has shut down"));
    }

    /// Any thread.
    void addCounts(Map<ClusterName, LaneCount> sum) {
        peers.forEach((peer, lanes) -> sum.merge(peer, lanes.count(), LaneCount::plus));
    }

    private void tick() {
        peers.values().forEach(PeerLanes::tick);
        retired.removeIf(PeerLanes::isEmpty);
    }
}
