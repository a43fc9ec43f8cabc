package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.lookup.Ipv6Addresses;
import dev.sekisho.names.ClusterName;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The warm lanes we opened to our peers: a pool per peer and event loop, so that a stream, its lane and its sockets
/// share a loop. Follows the routes: lanes to a peer that is removed, or whose CAs no longer vouch for it, are closed.
///
/// [#acquire] and [#isReachable] are for the loop they name; everything else is for any thread. Trust has to change
/// before the routes do, so whoever feeds CA bundles to the identity must watch the same [LiveRoutes] first.
public final class Lanes {
    private final LiveRoutes routes;
    private final IdentityHashMap<EventExecutor, LoopLanes> loops = new IdentityHashMap<>();
    private boolean watching;

    public Lanes(
            Vertx vertx, Sockets sockets, LiveRoutes routes, LaneTls tls, PoolSettings settings, LaneWatcher watcher) {
        this.routes = routes;
        var dialer = new LaneDialer(sockets, tls, new Ipv6Addresses(vertx));
        for (var loop : sockets.loops()) {
            loops.put(loop, new LoopLanes((EventLoop) loop, dialer, settings, watcher, new Told()));
        }
    }

    /// Begins to keep lanes warm. Does not wait for any: a peer may be down.
    public synchronized Future<Void> start() {
        if (!watching) {
            watching = true;
            routes.onReplace(this::replaceRoutes);
        }
        routes.current().ifPresent(this::replaceRoutes);
        return onEveryLoop(LoopLanes::start);
    }

    /// Whether a stream is likely to get a lane to `peer` on `loop` soon.
    public boolean isReachable(EventLoop loop, ClusterName peer) {
        return of(loop).isReachable(peer);
    }

    /// Finds an idle lane to `peer` on `loop`, or dials one, or waits for one; all of that is bounded.
    public void acquire(EventLoop loop, ClusterName peer, LaneRequest request) {
        of(loop).acquire(peer, request);
    }

    /// Lanes by peer, all loops together.
    public Map<ClusterName, LaneCount> counts() {
        var sum = new TreeMap<ClusterName, LaneCount>();
        loops.values().forEach(lanes -> lanes.addCounts(sum));
        return sum;
    }

    /// Opens no more lanes; idle ones close now, busy ones after their stream.
    public Future<Void> drain() {
        return onEveryLoop(LoopLanes::drain);
    }

    /// Closes every lane now.
    public Future<Void> stop() {
        return onEveryLoop(LoopLanes::stop);
    }

    private void replaceRoutes(RouteTable table) {
        loops.values().forEach(lanes -> lanes.loop().execute(() -> lanes.replaceRoutes(table)));
    }

    /// Tells every loop.
    private final class Told implements PeerNews {
        /// The others dial too, however long they would still wait.
        @Override
        public void cameBack(ClusterName peer) {
            loops.values().forEach(lanes -> lanes.loop().execute(() -> lanes.dialNow(peer)));
        }

        @Override
        public void fellSilent(ClusterName peer) {
            loops.values().forEach(lanes -> lanes.loop().execute(() -> lanes.doubt(peer)));
        }
    }

    private LoopLanes of(EventLoop loop) {
        var lanes = loops.get(loop);
        if (lanes == null) {
            throw new IllegalArgumentException("not an event loop of this gateway: " + loop);
        }
        return lanes;
    }

    private Future<Void> onEveryLoop(Consumer<LoopLanes> action) {
        var done = new HashMap<LoopLanes, Future<Void>>();
        for (var lanes : loops.values()) {
            Promise<Void> promise = Promise.promise();
            done.put(lanes, promise.future());
            lanes.loop().execute(() -> {
                action.accept(lanes);
                promise.complete();
            });
        }
        return Future.all(done.values().stream().toList()).mapEmpty();
    }
}
