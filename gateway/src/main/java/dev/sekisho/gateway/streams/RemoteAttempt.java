package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.tunnel.Lane;
import dev.sekisho.gateway.tunnel.LaneRequest;
import dev.sekisho.gateway.tunnel.LaneStream;
import dev.sekisho.gateway.tunnel.OpenerEvents;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.codec.CallerCodec;
import dev.sekisho.tunnel.v1.Open;
import dev.sekisho.tunnel.v1.Opened;
import dev.sekisho.tunnel.v1.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tries one other cluster. OPEN and what the client has said so far go out together, without waiting for an answer,
/// unless another cluster could serve too and the lane was not heard lately: then only OPEN goes, and the client's
/// bytes are held back until OPENED, so that they can still go elsewhere.
final class RemoteAttempt implements ImportStream.Attempt, LaneRequest, OpenerEvents {
    /// How long OPEN waits for the client's first bytes, to leave in one packet with them. Who waits to be spoken to
    /// first loses that much.
    private static final long FIRST_BYTES_MICROS = 100;

    private final ImportStream stream;
    private final ImportWorld world;
    private final ClusterName peer;
    private @Nullable LaneStream lane;
    private @Nullable ScheduledFuture<?> timeout;
    private @Nullable ScheduledFuture<?> look;
    private long openedNanos;
    private boolean heldBack;
    private boolean sentData;
    private @Nullable ScheduledFuture<?> flushSoon;
    private boolean over;

    RemoteAttempt(ImportStream stream, ImportWorld world, ClusterName peer) {
        this.stream = stream;
        this.world = world;
        this.peer = peer;
    }

    void begin() {
        stream.attempting(this);
        world.lanes().acquire(stream.loop(), peer, this);
    }

    @Override
    public boolean isWanted() {
        return !over && !stream.isOver();
    }

    @Override
    public Optional<Duration> patience() {
        return stream.patience(true);
    }

    @Override
    public void granted(Lane granted) {
        LaneStream opened;
        openedNanos = System.nanoTime();
        var fresh = world.settings().patience().fresh();
        heldBack = stream.hasOthers() && openedNanos - granted.heardAt() > fresh.toNanos();
        try {
            opened = granted.open(open(), this);
        } catch (IllegalArgumentException e) {
            over = true;
            granted.unused();
            stream.refuse(new StreamOutcome.BadRequest("the caller cannot be described: " + e.getMessage()));
            return;
        }
        lane = opened;
        sentData = !heldBack && stream.repeatTo(opened);
        timeout = stream.loop()
                .schedule(this::timedOut, world.settings().openTimeout().toMillis(), TimeUnit.MILLISECONDS);
        lookForSign();
        if (stream.hasClientEnded() && !heldBack) {
            clientEnded();
        } else if (sentData || heldBack) {
            flush();
        } else {
            flushSoon = stream.loop().schedule(this::flush, FIRST_BYTES_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    @Override
    public void failed(String why) {
        over = true;
        stream.tryNext(new StreamOutcome.PeerUnreachable(peer, why));
    }

    @Override
    public void overloaded(Bound bound) {
        over = true;
        stream.tryNext(new StreamOutcome.NoFreeLane(peer, bound));
    }

    @Override
    public void sent(ByteBuf bytes) {
        if (lane != null && !heldBack) {
            sentData = true;
            lane.write(bytes.retainedDuplicate());
        }
    }

    @Override
    public void flush() {
        if (lane != null) {
            leaving();
            lane.flush();
        }
    }

    @Override
    public void clientEnded() {
        if (lane != null && !heldBack) {
            leaving();
            lane.end();
        }
    }

    @Override
    public void cancel(ResetCode code) {
        end();
        if (lane != null) {
            lane.reset(code);
        }
    }

    @Override
    public void opened(Opened answer) {
        if (lane != null) {
            end();
            if (heldBack) {
                heldBack = false;
                stream.repeatTo(lane);
                if (stream.hasClientEnded()) {
                    lane.end();
                } else {
                    lane.flush();
                }
            }
            stream.joined(lane, answer.getBackend(), Optional.empty());
        }
    }

    @Override
    public void refused(Refused answer) {
        end();
        var why = answer.getMessage();
        switch (answer.getCode()) {
            case CODE_DENIED -> stream.refuse(new StreamOutcome.Refused(Direction.INGRESS, why));
            case CODE_BAD_REQUEST, CODE_UNSPECIFIED, UNRECOGNIZED ->
                stream.refuse(new StreamOutcome.BadRequest("cluster " + peer + ": " + why));
            case CODE_NOT_EXPORTED ->
                stream.tryNext(new StreamOutcome.NotExported(
                        stream.told().service(), stream.told().port()));
            case CODE_NO_ENDPOINT ->
                stream.tryNext(new StreamOutcome.NoEndpoint(
                        stream.told().service(), stream.told().port()));
            case CODE_NOT_LINKED -> stream.tryNext(new StreamOutcome.PeerUnreachable(peer, why));
            case CODE_BACKEND_UNREACHABLE -> stream.tryNext(new StreamOutcome.BackendUnreachable(why));
            case CODE_DRAINING -> stream.tryNext(new StreamOutcome.Draining());
            case CODE_OVERLOADED -> stream.tryNext(new StreamOutcome.PeerOverloaded(peer, why));
        }
    }

    @Override
    public void lost(String why) {
        end();
        giveUp(new StreamOutcome.LaneLost(peer, why));
    }

    @Override
    public void reset(ResetCode code) {
        end();
        giveUp(stream.brokenThere(code));
    }

    private void timedOut() {
        if (!over && lane != null) {
            end();
            lane.reset(ResetCode.CANCELLED);
            giveUp(new StreamOutcome.PeerUnreachable(
                    peer, "no answer to OPEN within " + world.settings().openTimeout()));
        }
    }

    private void lookForSign() {
        if (over || lane == null) {
            return;
        }
        var opened = lane;
        stream.patience(mayMoveOn()).ifPresent(patience -> {
            var quiet = System.nanoTime() - Math.max(openedNanos, opened.heardAt());
            if (quiet < patience.toNanos()) {
                look = stream.loop().schedule(this::lookForSign, patience.toNanos() - quiet, TimeUnit.NANOSECONDS);
            } else {
                end();
                var why = "no sign of life within " + Duration.ofNanos(quiet).toMillis() + " ms of OPEN";
                opened.abandon(why);
                giveUp(
                        mayMoveOn()
                                ? new StreamOutcome.PeerUnreachable(peer, why)
                                : new StreamOutcome.PeerSilent(peer, why));
            }
        });
    }

    /// Tries elsewhere, unless a backend there may have seen a byte.
    private void giveUp(StreamOutcome outcome) {
        if (mayMoveOn()) {
            stream.tryNext(outcome);
        } else {
            stream.refuse(outcome);
        }
    }

    /// Whether no byte of the client, and no end of them, can have reached a backend here.
    private boolean mayMoveOn() {
        return heldBack || (!sentData && !stream.hasClientEnded());
    }

    /// What was written is on its way.
    private void leaving() {
        if (flushSoon != null) {
            flushSoon.cancel(false);
            flushSoon = null;
        }
    }

    private void end() {
        over = true;
        leaving();
        if (timeout != null) {
            timeout.cancel(false);
        }
        if (look != null) {
            look.cancel(false);
        }
    }

    private Open open() {
        var told = stream.told();
        return Open.newBuilder()
                .setStream(told.id())
                .setCaller(CallerCodec.toWire(stream.caller(), told.callerAddress()))
                .setServiceNamespace(told.service().namespace())
                .setServiceName(told.service().name())
                .setServicePort(told.port().number())
                .setProtocol(told.port().transport().toWire())
                .setPolicyVersion(told.policyVersion())
                .build();
    }

    @Override
    public void received(ByteBuf bytes) {
        bytes.release(); // the lane lets none through before OPENED
    }

    @Override
    public void receivedAll() {}

    @Override
    public void ended() {}

    @Override
    public void writable() {}
}
