package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.gateway.tunnel.frame.MalformedFrameException;
import dev.sekisho.tunnel.v1.Open;
import dev.sekisho.tunnel.v1.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The streams of one lane, of which there is never more than one at a time. Confined to the lane's event loop, but for
/// [#isBusy].
final class LaneStreams {
    /// How long the rest of a stream that was broken off may take to come.
    private static final Duration DISCARD_TIMEOUT = Duration.ofSeconds(30);

    private static final int RESET_BYTES = 5;

    private final Lane lane;
    private final Optional<StreamAcceptor> acceptor;
    private @Nullable LaneStream current;
    private @Nullable ScheduledFuture<?> discardTimeout;
    private volatile boolean busy;
    private int count;

    /// @param acceptor takes the streams the peer opens; empty on a lane that only we open streams on
    LaneStreams(Lane lane, Optional<StreamAcceptor> acceptor) {
        this.lane = lane;
        this.acceptor = acceptor;
    }

    /// Whether there is one now. Any thread.
    boolean isBusy() {
        return busy;
    }

    /// False when stream numbers have run out.
    boolean hasNumbers() {
        return count < Integer.MAX_VALUE;
    }

    LaneStream open(LaneStream.Kind kind, OpenerEvents events) {
        var opened = new LaneStream(lane, ++count, true, kind);
        opened.tell(events);
        carry(opened);
        return opened;
    }

    /// @param draining whether we have told the peer to open no more
    void accept(Open open, boolean draining) throws MalformedFrameException {
        var taker = acceptor.orElseThrow(
                () -> new MalformedFrameException("OPEN on a lane that is ours to open streams on"));
        if (current != null) {
            throw new MalformedFrameException("OPEN while the lane carries a stream");
        }
        if (!lane.isWritable()) {
            // All that went before was answered, so nothing of ours can be waiting unless the peer does not read.
            throw new MalformedFrameException("OPEN from a peer that does not read our answers");
        }
        if (!hasNumbers()) {
            throw new MalformedFrameException("more streams than one lane may carry");
        }
        var accepted = new LaneStream(lane, ++count, false, LaneStream.Kind.of(open));
        carry(accepted);
        if (draining) {
            accepted.refuse(Refused.Code.CODE_DRAINING, "the gateway is shutting down");
        } else {
            taker.accept(accepted, open);
        }
    }

    /// The stream that a frame is for.
    LaneStream current(FrameType type) throws MalformedFrameException {
        if (current == null) {
            throw new MalformedFrameException(type + " without a stream");
        }
        return current;
    }

    void reset(ByteBuf payload) throws MalformedFrameException {
        if (payload.readableBytes() != RESET_BYTES) {
            throw new MalformedFrameException(
                    "RESET must have " + RESET_BYTES + " bytes, got " + payload.readableBytes());
        }
        var code = ResetCode.of(payload.readUnsignedByte());
        var number = payload.readInt();
        if (number < 1 || number > count) {
            throw new MalformedFrameException("RESET of stream " + number + " of " + count);
        }
        // Of an earlier stream: that one ended while the RESET was under way.
        if (current != null && current.number() == number) {
            current.onReset(code);
        }
    }

    void readComplete() {
        if (current != null) {
            current.onReadComplete();
        }
    }

    void writable() {
        if (current != null) {
            current.onWritable();
        }
    }

    /// The rest of `broken` is thrown away as it comes, for a while.
    void discard(LaneStream broken) {
        lane.read(true);
        if (discardTimeout == null && broken == current) {
            discardTimeout = lane.eventLoop()
                    .schedule(
                            () -> lane.close("a stream that was broken off did not end within " + DISCARD_TIMEOUT),
                            DISCARD_TIMEOUT.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /// @return whether `ended` was the one that the lane carried
    boolean over(LaneStream ended) {
        if (ended != current) {
            return false;
        }
        clear();
        return true;
    }

    /// The lane is gone, and the stream with it.
    void lost(String why) {
        var lost = current;
        clear();
        if (lost != null) {
            lost.onLost(why);
        }
    }

    private void carry(LaneStream next) {
        current = next;
        busy = true;
    }

    private void clear() {
        current = null;
        busy = false;
        if (discardTimeout != null) {
            discardTimeout.cancel(false);
            discardTimeout = null;
        }
    }
}
