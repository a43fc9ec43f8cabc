package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.names.ClusterName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The lanes that peers opened to us. Any thread; what is done to a lane is done on its loop.
final class AcceptedLanes implements LaneOwner {
    private final LiveRoutes routes;
    private final LaneTls tls;
    private final LaneWatcher watcher;
    private final Refusals refusals;
    private final Set<Lane> lanes = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    AcceptedLanes(LiveRoutes routes, LaneTls tls, LaneWatcher watcher, Refusals refusals) {
        this.routes = routes;
        this.tls = tls;
        this.watcher = watcher;
        this.refusals = refusals;
    }

    /// Closes the lanes of peers that are gone or whose certificate would not be believed any more.
    void replaceRoutes(RouteTable before, RouteTable table) {
        for (var lane : lanes) {
            var peer = table.peers().get(lane.peer());
            if (peer == null) {
                close(lane, "the peer was removed");
            } else if (!peer.equals(before.peers().get(lane.peer()))) {
                lane.eventLoop()
                        .execute(() -> tls.distrust(lane.peerChain(), LaneRole.ACCEPTED)
                                .ifPresent(why -> lane.close("certificate is no longer believed: " + why)));
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
        lanes.forEach(lane -> close(lane, "the gateway has shut down"));
    }

    @Override
    public Optional<String> objection(Lane lane, ClusterName peer) {
        var linked = routes.current().filter(table -> table.peers().containsKey(peer));
        if (linked.isEmpty()) {
            return Optional.of("cluster " + peer + " is no peer of ours; add it if it should be");
        }
        // A resumed TLS session would have skipped this.
        return tls.distrust(lane.peerChain(), LaneRole.ACCEPTED);
    }

    @Override
    public void ready(Lane lane) {
        lanes.add(lane);
        watcher.opened(lane.peer(), LaneRole.ACCEPTED);
        if (draining) {
            lane.drain();
        }
        // The peer may have been removed while the lane was not in the set yet.
        if (routes.current()
                .filter(table -> table.peers().containsKey(lane.peer()))
                .isEmpty()) {
            lane.close("the peer was removed");
        }
    }

    @Override
    public void idle(Lane lane) {}

    @Override
    public void draining(Lane lane) {}

    @Override
    public void closed(Lane lane, LaneEnd end) {
        if (end.wasReady()) {
            lanes.remove(lane);
            watcher.lost(lane.peer(), LaneRole.ACCEPTED, end.reason());
        } else {
            refusals.refused(end.kind(), lane.remoteAddress(), end.reason());
        }
    }

    private static void close(Lane lane, String reason) {
        lane.eventLoop().execute(() -> lane.close(reason));
    }
}
