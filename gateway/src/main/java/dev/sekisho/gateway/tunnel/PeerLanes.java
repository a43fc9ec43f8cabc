package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.names.ClusterName;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// The warm lanes to one peer on one event loop, and the streams that wait for one. Confined to that loop, but for
/// [#count].
final class PeerLanes implements LaneOwner {
    private final EventLoop loop;
    private final RouteTable.Peer peer;
    private final LaneDialer dialer;
    private final PoolSettings settings;
    private final LaneWatcher watcher;
    private final Set<Lane> open = new LinkedHashSet<>();
    /// Taken from and put back at the front, so that those at the end grow old.
    private final Deque<Lane> idle = new ArrayDeque<>();

    private final Queue<LaneRequest> waiting = new ArrayDeque<>();
    private int dialling;
    private int failures;
    private long nextDial = System.nanoTime();
    private boolean retired;
    private volatile LaneCount count = LaneCount.NONE;

    PeerLanes(EventLoop loop, RouteTable.Peer peer, LaneDialer dialer, PoolSettings settings, LaneWatcher watcher) {
        this.loop = loop;
        this.peer = peer;
        this.dialer = dialer;
        this.settings = settings;
        this.watcher = watcher;
    }

    RouteTable.Peer peer() {
        return peer;
    }

    /// Any thread.
    LaneCount count() {
        return count;
    }

    /// Whether a stream is likely to get a lane: there are some, or nothing says that dialling would fail.
    boolean isReachable() {
        return !retired && peer.endpoint().isPresent() && (!open.isEmpty() || failures == 0 || isBackOffOver());
    }

    void acquire(LaneRequest request) {
        for (var lane = idle.pollFirst(); lane != null; lane = idle.pollFirst()) {
            if (lane.isOpenForStreams()) {
                publishCount();
                request.granted(lane);
                return;
            }
            lane.close("no longer usable");
        }
        if (retired || peer.endpoint().isEmpty()) {
            request.failed(retired ? "no longer linked" : "it has no endpoint; it can only dial us", false);
        } else if (waiting.size() >= settings.maxWaiting()) {
            watcher.exhausted(peer.cluster(), "tunnel.pool.maxWaiting");
            request.failed("tunnel.pool.maxWaiting", true);
        } else {
            waiting.add(request);
            var _ = loop.schedule(
                    () -> waitedTooLong(request), settings.waitTimeout().toMillis(), TimeUnit.MILLISECONDS);
            dialAsNeeded();
        }
    }

    /// Once in a while: refills, asks quiet lanes for a sign of life, lets those go that nobody needs.
    void tick() {
        var oldest = idle.peekLast();
        while (oldest != null
                && idle.size() > settings.minIdle()
                && System.nanoTime() - oldest.idleSince() > settings.idleAfter().toNanos()) {
            oldest.close("idle for " + settings.idleAfter());
            oldest = idle.peekLast();
        }
        // A copy: a write that fails takes its lane out.
        List.copyOf(idle).forEach(lane -> lane.pingIfQuiet(settings.pingEvery(), settings.pingTimeout()));
        dialAsNeeded();
    }

    /// Opens no more; idle lanes close now, busy ones after their stream.
    void retire(String reason) {
        retired = true;
        failWaiting("no longer linked");
        List.copyOf(idle).forEach(lane -> lane.close(reason));
    }

    /// Closes everything now; streams are lost.
    void close(String reason) {
        retire(reason);
        List.copyOf(open).forEach(lane -> lane.close(reason));
    }

    /// Closes the lanes whose certificate would not be believed any more.
    void closeDistrusted() {
        for (var lane : List.copyOf(open)) {
            dialer.tls()
                    .distrust(lane.peerChain(), LaneRole.DIALLED)
                    .ifPresent(why -> lane.close("certificate is no longer believed: " + why));
        }
    }

    boolean isEmpty() {
        return open.isEmpty() && dialling == 0;
    }

    @Override
    public Optional<String> objection(Lane lane, ClusterName cluster) {
        return Optional.empty();
    }

    @Override
    public void ready(Lane lane) {
        dialling--;
        failures = 0;
        open.add(lane);
        watcher.opened(peer.cluster(), LaneRole.DIALLED);
        idle(lane);
    }

    @Override
    public void idle(Lane lane) {
        if (retired || !lane.isOpenForStreams()) {
            lane.close(retired ? "no longer needed" : "the peer wants no more streams on it");
            return;
        }
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.isWanted()) {
                publishCount();
                next.granted(lane);
                return;
            }
        }
        idle.addFirst(lane);
        publishCount();
    }

    @Override
    public void draining(Lane lane) {
        if (lane.isIdle()) {
            lane.close("the peer drains");
        }
    }

    @Override
    public void closed(Lane lane, LaneEnd end) {
        if (end.wasReady()) {
            open.remove(lane);
            idle.remove(lane);
            publishCount();
            watcher.lost(peer.cluster(), LaneRole.DIALLED, end.reason());
            if (nextDial - System.nanoTime() < settings.backOff().toNanos()) {
                backOffFor(settings.backOff());
            }
            dialForWaiting();
        } else {
            dialFailed(end.reason());
        }
    }

    private void dialFailed(String why) {
        dialling--;
        failures++;
        backOffFor(pauseAfter(failures));
        watcher.dialFailed(peer.cluster(), why);
        if (open.isEmpty() && dialling == 0) {
            failWaiting(why);
        }
        dialForWaiting();
    }

    private void dialAsNeeded() {
        dialForWaiting();
        if (isBackOffOver()) {
            dial(waiting.size() + settings.minIdle() - idle.size());
        }
    }

    /// A stream that waits is worth a try even while the peer is given a rest.
    private void dialForWaiting() {
        dial(waiting.size() - idle.size());
    }

    private void dial(int wanted) {
        if (retired || peer.endpoint().isEmpty()) {
            return;
        }
        var most = Math.min(settings.maxDials(), Math.min(wanted, settings.max() - open.size()));
        while (dialling < most) {
            dialling++;
            dialer.dial(loop, peer.cluster(), peer.endpoint().get(), settings.dialTimeout(), this, this::dialFailed);
        }
    }

    private void waitedTooLong(LaneRequest request) {
        if (waiting.remove(request) && request.isWanted()) {
            watcher.exhausted(peer.cluster(), "tunnel.pool.waitTimeout");
            request.failed("no lane was free within " + settings.waitTimeout(), true);
        }
    }

    private void failWaiting(String why) {
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.isWanted()) {
                next.failed(why, false);
            }
        }
    }

    private Duration pauseAfter(int failed) {
        var pause = settings.backOff().toMillis() << Math.min(failed - 1, 20);
        var most = Math.min(pause, settings.maxBackOff().toMillis());
        // Spread, so that many gateways do not come back at the same moment.
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private void backOffFor(Duration pause) {
        nextDial = System.nanoTime() + pause.toNanos();
    }

    private boolean isBackOffOver() {
        return System.nanoTime() - nextDial >= 0;
    }

    private void publishCount() {
        count = new LaneCount(idle.size(), open.size() - idle.size());
    }
}
