package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.bounds.Bound;
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
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// The warm lanes to one peer on one event loop, and the streams that wait for one. Confined to that loop, but for
/// [#count].
final class PeerLanes implements LaneOwner {
    /// A peer that was heard later than this is not taken for silent because one of its lanes, or another loop's, is.
    private static final Duration DOUBT_AFTER = Duration.ofMillis(400);

    private final EventLoop loop;
    private final RouteTable.Peer peer;
    private final LaneDialer dialer;
    private final PoolSettings settings;
    private final LaneWatcher watcher;
    private final PeerNews news;
    private final Set<Lane> open = new LinkedHashSet<>();
    /// Taken from and put back at the front, so that those at the end grow old.
    private final Deque<Lane> idle = new ArrayDeque<>();

    /// Whoever waits longest comes first.
    private final SequencedSet<LaneRequest> waiting = new LinkedHashSet<>();

    private int dialling;
    /// Pauses after dials in vain since a lane came up last.
    private int failures;

    private String lastFailure = "";
    private long nextDial = System.nanoTime();
    private long heardAt = System.nanoTime();
    private boolean silent;
    private boolean retired;
    private volatile LaneCount count = LaneCount.NONE;

    PeerLanes(
            EventLoop loop,
            RouteTable.Peer peer,
            LaneDialer dialer,
            PoolSettings settings,
            LaneWatcher watcher,
            PeerNews news) {
        this.loop = loop;
        this.peer = peer;
        this.dialer = dialer;
        this.settings = settings;
        this.watcher = watcher;
        this.news = news;
    }

    RouteTable.Peer peer() {
        return peer;
    }

    /// Any thread.
    LaneCount count() {
        return count;
    }

    /// Whether a stream is likely to get a lane and an answer: nothing says that dialling would fail, and the peer was
    /// not waited for in vain since it was heard last.
    boolean isReachable() {
        return !retired && peer.endpoint().isPresent() && !isDown() && !silent;
    }

    /// The last dial was in vain and no lane is left: dialling goes on, but streams do not wait for it.
    private boolean isDown() {
        return failures > 0 && open.isEmpty();
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
            request.failed(retired ? "no longer linked" : "it has no endpoint; it can only dial us");
        } else if (isDown()) {
            request.failed(lastFailure);
        } else if (isFull()) {
            turnAway(request, Bound.WAITING_STREAMS);
        } else {
            waiting.add(request);
            var _ = loop.schedule(
                    () -> waitedTooLong(request), settings.waitTimeout().toMillis(), TimeUnit.MILLISECONDS);
            request.patience().ifPresent(patience -> lookForSign(request, patience, System.nanoTime()));
            dialAsNeeded();
        }
    }

    /// @param since when it began to wait
    private void lookForSign(LaneRequest request, Duration patience, long since) {
        var quiet = System.nanoTime() - Math.max(since, heardAt);
        if (quiet < patience.toNanos()) {
            var _ = loop.schedule(
                    () -> {
                        if (waiting.contains(request)) {
                            lookForSign(request, patience, since);
                        }
                    },
                    patience.toNanos() - quiet,
                    TimeUnit.NANOSECONDS);
        } else if (waiting.remove(request) && request.isWanted()) {
            fellSilent();
            request.failed("no lane and no sign of life within " + patience);
        }
    }

    /// A sign of life is asked of every idle lane; those that do not give it go.
    void doubt() {
        if (System.nanoTime() - heardAt > DOUBT_AFTER.toNanos()) {
            silent = true;
        }
        List.copyOf(idle).forEach(lane -> lane.pingIfQuiet(Duration.ZERO, settings.pingTimeout()));
    }

    private void fellSilent() {
        if (!silent) {
            doubt();
            news.fellSilent(peer.cluster());
        }
    }

    private boolean isFull() {
        if (waiting.size() >= settings.maxWaiting()) {
            waiting.removeIf(gone -> !gone.isWanted());
        }
        return waiting.size() >= settings.maxWaiting();
    }

    /// Dials without a pause: the peer is said to be there.
    void dialNow() {
        nextDial = System.nanoTime();
        dialAsNeeded();
    }

    /// Once in a while: refills, asks quiet lanes for a sign of life, lets those go that nobody needs.
    void tick() {
        var oldest = idle.peekLast();
        while (oldest != null
                && idle.size() > settings.minIdle()
                && System.nanoTime() - oldest.idleSince() > settings.idleAfter().toNanos()) {
            oldest.closeUnneeded("idle for " + settings.idleAfter());
            oldest = idle.peekLast();
        }
        // A copy: a write that fails takes its lane out.
        List.copyOf(idle).forEach(lane -> lane.pingIfQuiet(settings.pingEvery(), settings.pingTimeout()));
        dialAsNeeded();
    }

    /// Whoever waits here waits there from now on.
    void handOver(PeerLanes successor) {
        while (!waiting.isEmpty()) {
            var next = waiting.removeFirst();
            if (next.isWanted()) {
                successor.acquire(next);
            }
        }
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
        var wasDown = failures > 0;
        if (wasDown) {
            failures = 0;
            nextDial = System.nanoTime();
        }
        open.add(lane);
        watcher.opened(peer.cluster(), LaneRole.DIALLED);
        idle(lane);
        dialAsNeeded();
        if (wasDown) {
            news.cameBack(peer.cluster());
        }
    }

    @Override
    public void heard(Lane lane) {
        heardAt = lane.heardAt();
        silent = false;
    }

    @Override
    public void silent(Lane lane) {
        fellSilent();
    }

    @Override
    public void idle(Lane lane) {
        if (retired || !lane.isOpenForStreams()) {
            lane.close(retired ? "no longer needed" : "the peer wants no more streams on it");
            return;
        }
        while (!waiting.isEmpty()) {
            var next = waiting.removeFirst();
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
        switch (end) {
            case LaneEnd.NeverReady(RefusalReason _, String reason) -> dialFailed(reason);
            case LaneEnd.Unneeded _ -> {
                gone(lane);
                watcher.retired(peer.cluster(), LaneRole.DIALLED);
            }
            case LaneEnd.Lost(String reason) -> {
                gone(lane);
                watcher.lost(peer.cluster(), LaneRole.DIALLED, reason);
            }
        }
    }

    private void gone(Lane lane) {
        open.remove(lane);
        idle.remove(lane);
        publishCount();
        if (isBackOffOver()) {
            backOffFor(settings.backOff());
        }
    }

    private void dialFailed(String why) {
        dialling--;
        lastFailure = why;
        // Dials that were under way together count as one.
        if (failures == 0 || isBackOffOver()) {
            failures++;
            backOffFor(pauseAfter(failures));
        }
        watcher.dialFailed(peer.cluster(), why);
        if (open.isEmpty()) {
            failWaiting(why);
        }
    }

    private void dialAsNeeded() {
        if (!isBackOffOver() || retired || peer.endpoint().isEmpty()) {
            return;
        }
        // After a failure one dial finds out whether the others would fail too.
        var atOnce = failures > 0 ? 1 : settings.maxDials();
        var wanted = Math.max(waiting.size() + settings.minIdle() - idle.size(), isDown() ? 1 : 0);
        var more = Math.min(atOnce, Math.min(wanted, settings.max() - open.size())) - dialling;
        for (; more > 0; more--) {
            dialling++;
            dialer.dial(loop, peer.cluster(), peer.endpoint().get(), settings.dialTimeout(), this, this::dialFailed);
        }
    }

    private void waitedTooLong(LaneRequest request) {
        if (waiting.remove(request) && request.isWanted()) {
            turnAway(request, Bound.LANE_WAIT);
        }
    }

    private void turnAway(LaneRequest request, Bound bound) {
        watcher.exhausted(peer.cluster(), bound);
        request.overloaded(bound);
    }

    private void failWaiting(String why) {
        while (!waiting.isEmpty()) {
            var next = waiting.removeFirst();
            if (next.isWanted()) {
                next.failed(why);
            }
        }
    }

    private Duration pauseAfter(int failed) {
        var pause = settings.backOff().toMillis() << Math.min(failed - 1, 20);
        var most = Math.min(pause, settings.maxBackOff().toMillis());
        // Spread, so that many gateways do not come back at the same moment.
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    /// Nobody is dialled before `pause` is over, whoever waits; what is needed then is dialled at once.
    private void backOffFor(Duration pause) {
        nextDial = System.nanoTime() + pause.toNanos();
        var _ = loop.schedule(this::dialAsNeeded, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private boolean isBackOffOver() {
        return System.nanoTime() - nextDial >= 0;
    }

    private void publishCount() {
        count = new LaneCount(idle.size(), open.size() - idle.size());
    }
}
