package dev.sekisho.gateway.tunnel;

import com.google.protobuf.MessageLite;
import dev.sekisho.gateway.relay.EndEvents;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.StreamEnd;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.gateway.tunnel.frame.MalformedFrameException;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.tunnel.v1.Open;
import dev.sekisho.tunnel.v1.Opened;
import dev.sekisho.tunnel.v1.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/// The one stream that a lane carries at a time, as a stream end. Each direction is over with END or RESET (REFUSED is
/// that too, for the acceptor's); when both are, the lane is free and this object does nothing more.
///
/// A UDP flow is a stream of [Kind#DATAGRAMS]: what is written and received is one datagram each, and END, from
/// whichever side, ends it both ways: the other side answers with END, and what came before that is thrown away.
///
/// Confined to the lane's event loop.
public final class LaneStream implements StreamEnd {
    /// What may still come of a stream that we have reset or refused. More than what a peer can have under way is
    /// no accident.
    static final long MAX_DISCARDED_BYTES = 64L * 1024 * 1024;

    private final Lane lane;
    private final int number;
    private final boolean opener;
    private final Kind kind;
    private @Nullable EndEvents events;
    private boolean answered;
    private boolean sentLast;
    private boolean receivedLast;
    private boolean discarding;
    private long discarded;

    /// What a stream consists of.
    enum Kind {
        BYTES,
        DATAGRAMS;

        static Kind of(Open open) {
            return open.getProtocol() == Protocol.PROTOCOL_UDP ? DATAGRAMS : BYTES;
        }
    }

    LaneStream(Lane lane, int number, boolean opener, Kind kind) {
        this.lane = lane;
        this.number = number;
        this.opener = opener;
        this.kind = kind;
    }

    /// Whose certificate the lane has.
    public ClusterName peer() {
        return lane.peer();
    }

    public EventLoop eventLoop() {
        return lane.eventLoop();
    }

    /// For the acceptor: a backend is connected. Its bytes may follow.
    public void opened(Opened answer) {
        if (!answered && !sentLast) {
            answered = true;
            lane.send(FrameType.OPENED, answer);
        }
    }

    /// For the acceptor: no backend has seen a byte, and none will.
    public void refuse(Refused.Code code, String message) {
        if (answered || sentLast) {
            return;
        }
        answered = true;
        sentLast = true;
        discarding = true;
        MessageLite answer = Refused.newBuilder()
                .setCode(code)
                .setMessage(shortened(message))
                .build();
        lane.send(FrameType.REFUSED, answer);
        lane.flush();
        settle();
    }

    /// For the acceptor: it takes long to reach a backend, but this gateway is alive.
    public void stillDeciding() {
        if (!answered && !sentLast) {
            lane.sendPing(0);
        }
    }

    /// When anything came from the peer last, by [System#nanoTime].
    public long heardAt() {
        return lane.heardAt();
    }

    /// For the opener: the peer gave no sign of life. The lane is closed; nothing more is heard of the stream.
    public void abandon(String why) {
        discarding = true;
        lane.abandon(why);
    }

    /// For the acceptor: the peer does not keep to the protocol. The lane is closed.
    public void violated(String why) {
        lane.close(why);
    }

    @Override
    public void tell(EndEvents listener) {
        events = listener;
    }

    @Override
    public void write(ByteBuf bytes) {
        if (sentLast) {
            bytes.release();
        } else if (kind == Kind.DATAGRAMS) {
            lane.sendDatagram(bytes);
        } else {
            lane.sendData(bytes);
        }
    }

    @Override
    public void flush() {
        if (!isOver()) {
            lane.flush();
        }
    }

    @Override
    public void end() {
        if (!sentLast) {
            sentLast = true;
            discarding |= kind == Kind.DATAGRAMS;
            lane.sendEnd();
            settle();
        }
    }

    @Override
    public void reset(ResetCode code) {
        if (isOver() || discarding) {
            return;
        }
        sentLast = true;
        discarding = true;
        lane.sendReset(code, number);
        settle();
    }

    @Override
    public boolean isWritable() {
        return lane.isWritable();
    }

    @Override
    public void read(boolean on) {
        if (!receivedLast && !discarding) {
            lane.read(on);
        }
    }

    int number() {
        return number;
    }

    /// @param bytes some of a DATA frame
    void onData(ByteBuf bytes) throws MalformedFrameException {
        take(bytes, FrameType.DATA, Kind.BYTES);
    }

    /// @param datagram a whole DATAGRAM frame
    void onDatagram(ByteBuf datagram) throws MalformedFrameException {
        take(datagram, FrameType.DATAGRAM, Kind.DATAGRAMS);
    }

    private void take(ByteBuf bytes, FrameType type, Kind fitting) throws MalformedFrameException {
        if (kind != fitting) {
            bytes.release();
            throw new MalformedFrameException(type + " in a stream of " + kind);
        }
        if (receivedLast || (opener && !answered && !discarding)) {
            bytes.release();
            throw new MalformedFrameException(type + (receivedLast ? " after the end" : " before OPENED"));
        }
        if (discarding || events == null) {
            discarded += bytes.readableBytes();
            bytes.release();
            if (discarded > MAX_DISCARDED_BYTES) {
                throw new MalformedFrameException("more than " + MAX_DISCARDED_BYTES + " bytes after the end");
            }
        } else {
            events.received(bytes);
        }
    }

    void onReadComplete() {
        if (events != null && !discarding) {
            events.receivedAll();
        }
    }

    void onEnd() throws MalformedFrameException {
        if (receivedLast || (opener && !answered && !discarding)) {
            throw new MalformedFrameException("END " + (receivedLast ? "after the end" : "before OPENED"));
        }
        receivedLast = true;
        if (events != null && !discarding) {
            events.ended();
        }
        settle();
    }

    void onReset(ResetCode code) {
        var listener = discarding ? null : events;
        receivedLast = true;
        if (!sentLast) {
            sentLast = true;
            lane.sendReset(ResetCode.CANCELLED, number);
        }
        discarding = true;
        if (listener != null) {
            listener.reset(code);
        }
        settle();
    }

    void onOpened(Opened answer) throws MalformedFrameException {
        requireUnanswered("OPENED");
        answered = true;
        if (!discarding && events instanceof OpenerEvents waiting) {
            waiting.opened(answer);
        }
    }

    void onRefused(Refused answer) throws MalformedFrameException {
        requireUnanswered("REFUSED");
        answered = true;
        receivedLast = true;
        if (!sentLast) {
            sentLast = true;
            lane.sendReset(ResetCode.CANCELLED, number);
        }
        var wanted = !discarding;
        discarding = true;
        // The lane first: whoever is refused may want the next stream on it.
        settle();
        if (wanted && events instanceof OpenerEvents waiting) {
            waiting.refused(answer);
        }
    }

    void onWritable() {
        if (events != null && !isOver()) {
            events.writable();
        }
    }

    void onLost(String why) {
        var listener = discarding ? null : events;
        sentLast = true;
        receivedLast = true;
        discarding = true;
        if (listener != null) {
            listener.lost(why);
        }
    }

    private boolean isOver() {
        return sentLast && receivedLast;
    }

    private void settle() {
        if (isOver()) {
            discarding = true;
            lane.streamOver(this);
        } else if (discarding) {
            lane.discard(this);
        }
    }

    private void requireUnanswered(String frame) throws MalformedFrameException {
        if (!opener || answered || receivedLast) {
            throw new MalformedFrameException(frame + " to a stream that does not wait for it");
        }
    }

    private static String shortened(String message) {
        return message.length() <= 1024 ? message : message.substring(0, 1024);
    }
}
