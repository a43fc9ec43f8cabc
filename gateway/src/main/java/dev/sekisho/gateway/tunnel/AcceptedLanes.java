package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.names.ClusterName;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The lanes that peers opened to us. Any thread; what is done to a lane is done on its loop.
final class AcceptedLanes implements LaneOwner {
    /// The peer pings its lanes; we ask only when it has not done so for that many times its usual pause.
    private static final int PATIENCE = 3;

    private final Vertx vertx;
    private final PoolSettings settings;
    private final LiveRoutes routes;
    private final LaneTls tls;
    private final LaneWatcher watcher;
    private final Refusals refusals;
    private final Set<Lane> lanes = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;
    private volatile long timer = -1;

    AcceptedLanes(
            Vertx vertx,
            LiveRoutes routes,
            LaneTls tls,
            PoolSettings settings,
            LaneWatcher watcher,
            Refusals refusals) {
        this.vertx = vertx;
        this.settings = settings;
        this.routes = routes;
        this.tls = tls;
        this.watcher = watcher;
        this.refusals = refusals;
    }

    void start() {
        var every = settings.pingEvery().multipliedBy(PATIENCE);
        timer = vertx.setPeriodic(
                Math.max(1, every.toMillis()),
                _ -> lanes.forEach(
                        lane -> lane.eventLoop().execute(() -> lane.pingIfQuiet(every, settings.pingTimeout()))));
    }

    /// Closes the lanes of peers that are gone or whose certificate would not be believed any more.
    void replaceRoutes(RouteTable before, RouteTable table) {
        for (var lane : lanes) {
            var peer = table.peers().get(lane.peer());
            if (peer == null) {
                close(lane, "the peer was removed");
            } else if (!peer.equals(before.peers().get(lane.peer()))) {
                lane.eventLoop().execute(() -> closeIfDistrusted(lane));
            }
        }
    }

    Map<ClusterName, LaneCount> counts() {
        var sum = new TreeMap<ClusterName, LaneCount>();
        for (var lane : lanes) {
            sum.merge(lane.peer(), lane.isBusy() ? new LaneCount(0, 1) : new LaneCount(1, 0), LaneCount::plus);
        }
        return sum;
    }

    void drain() {
        draining = true;
        lanes.forEach(lane -> lane.eventLoop().execute(lane::drain));
    }

    void close() {
        draining = true;
        vertx.cancelTimer(timer);
        lanes.forEach(lane -> close(lane, "the gateway has shut down"));
    }

    @Override
    public Optional<String> objection(Lane lane, ClusterName peer) {
        var linked = routes.current().filter(table -> table.peers().containsKey(peer));
        if (linked.isEmpty()) {
            return Optional.of("cluster " + peer + " is no peer of ours; add it if it should be");
        }
        return Optional.empty();
    }

    @Override
    public void ready(Lane lane) {
        lanes.add(lane);
        watcher.opened(lane.peer(), LaneRole.ACCEPTED);
        if (draining) {
            lane.drain();
        }
        // The peer may have been removed, or have lost our trust, while the lane was not in the set yet; and a resumed
        // TLS session would have skipped the check.
        objection(lane, lane.peer()).ifPresent(lane::close);
        closeIfDistrusted(lane);
    }

    @Override
    public void idle(Lane lane) {}

    @Override
    public void draining(Lane lane) {}

    @Override
    public void closed(Lane lane, LaneEnd end) {
        switch (end) {
            case LaneEnd.NeverReady(RefusalReason kind, String reason) ->
                refusals.refused(kind, lane.remoteAddress(), reason);
            case LaneEnd.Unneeded _ -> {
                lanes.remove(lane);
                watcher.retired(lane.peer(), LaneRole.ACCEPTED);
            }
            case LaneEnd.Lost(String reason) -> {
                lanes.remove(lane);
                watcher.lost(lane.peer(), LaneRole.ACCEPTED, reason);
            }
        }
    }

    private void closeIfDistrusted(Lane lane) {
        tls.distrust(lane.peerChain(), LaneRole.ACCEPTED)
                .ifPresent(why -> lane.close("certificate is no longer believed: " + why));
    }

    private static void close(Lane lane, String reason) {
        lane.eventLoop().execute(() -> lane.close(reason));
    }
}
