package dev.sekisho.gateway.tunnel;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.tunnel.frame.FrameDecoder;
import dev.sekisho.gateway.tunnel.frame.FrameSink;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.gateway.tunnel.frame.FrameWriter;
import dev.sekisho.gateway.tunnel.frame.MalformedFrameException;
import dev.sekisho.identity.PeerIdentity;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.names.ClusterName;
import dev.sekisho.tunnel.v1.Hello;
import dev.sekisho.tunnel.v1.Open;
import dev.sekisho.tunnel.v1.Opened;
import dev.sekisho.tunnel.v1.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// One mTLS connection between two gateways, carrying one stream at a time. It is the last handler of its pipeline,
/// behind the [SslHandler], from the first byte on: what is decrypted together with the handshake's end must find it.
///
///     connected ──TLS, identity──▶ greeting ──HELLO both ways──▶ idle ◀──OPEN … END or RESET both ways──▶ busy
///
/// Confined to its channel's event loop.
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows as exceptionCaught or channelInactive
public final class Lane extends ChannelInboundHandlerAdapter {
    /// How long the rest of a stream that was reset may take to come.
    private static final Duration DISCARD_TIMEOUT = Duration.ofSeconds(30);

    private final Channel channel;
    private final SslHandler tls;
    private final LaneTerms terms;
    private final LaneOwner owner;
    private final String remoteAddress;
    private final FrameDecoder decoder = new FrameDecoder(new Frames());
    private final ScheduledFuture<?> readyTimeout;
    private @Nullable ScheduledFuture<?> discardTimeout;
    private @Nullable SpiffeId peer;
    private @Nullable LaneStream stream;
    private volatile boolean busy;
    private int streams;
    private boolean ready;
    private boolean closed;
    private boolean peerDrains;
    private boolean weDrain;
    private long pingToken;
    private boolean pongDue;
    private long idleSince;
    private long lastSign;

    /// The terms on which a lane is made.
    ///
    /// @param self who we say we are
    /// @param expected who must be at the other end; empty when any linked cluster will do
    /// @param acceptor takes the streams the peer opens; empty on a lane that only we open streams on
    /// @param readyTimeout from connected to HELLO
    record LaneTerms(
            SpiffeId self, Optional<ClusterName> expected, Optional<StreamAcceptor> acceptor, Duration readyTimeout) {
        LaneRole role() {
            return acceptor.isPresent() ? LaneRole.ACCEPTED : LaneRole.DIALLED;
        }
    }

    Lane(Channel channel, SslHandler tls, LaneTerms terms, LaneOwner owner) {
        this.channel = channel;
        this.tls = tls;
        this.terms = terms;
        this.owner = owner;
        remoteAddress = String.valueOf(channel.remoteAddress());
        readyTimeout = channel.eventLoop()
                .schedule(
                        () -> close(RefusalReason.TIMEOUT, "no HELLO within " + terms.readyTimeout()),
                        terms.readyTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /// Who connected, as text for logs; only of a lane we accepted.
    String remoteAddress() {
        return remoteAddress;
    }

    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    LaneRole role() {
        return terms.role();
    }

    /// Whose certificate it is. Only of a lane that is ready.
    ClusterName peer() {
        if (peer == null) {
            throw new IllegalStateException("the peer is not known before the handshake is over");
        }
        return peer.cluster();
    }

    /// The chain the peer has shown, leaf first; empty when the session has none.
    List<X509Certificate> peerChain() {
        try {
            return Stream.of(tls.engine().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    boolean isIdle() {
        return ready && !closed && stream == null;
    }

    /// Whether it carries a stream. Any thread.
    boolean isBusy() {
        return busy;
    }

    /// Whether a stream may be opened on it: idle, connected, and nobody drains.
    boolean isOpenForStreams() {
        return isIdle() && !peerDrains && channel.isActive() && streams < Integer.MAX_VALUE;
    }

    /// When the last stream ended, by [System#nanoTime].
    long idleSince() {
        return idleSince;
    }

    /// Opens a stream on an idle lane; nothing is flushed yet.
    ///
    /// @throws IllegalArgumentException when `open` is too long for a frame
    public LaneStream open(Open open, OpenerEvents events) {
        if (!isOpenForStreams()) {
            throw new IllegalStateException("a stream was opened on a lane that is not idle");
        }
        var frame = FrameWriter.message(channel.alloc(), FrameType.OPEN, open);
        var opened = new LaneStream(this, ++streams, true);
        opened.tell(events);
        carry(opened);
        channel.write(frame, channel.voidPromise());
        return opened;
    }

    /// Gives back a lane that was granted and on which nothing was opened after all.
    public void unused() {
        owner.idle(this);
    }

    /// Asks an idle lane for a sign of life when it has given none for `every`, and closes it when none comes within
    /// `timeout`.
    void pingIfQuiet(Duration every, Duration timeout) {
        if (pongDue || !isIdle() || System.nanoTime() - lastSign < every.toNanos()) {
            return;
        }
        pongDue = true;
        var token = ++pingToken;
        channel.writeAndFlush(FrameWriter.probe(channel.alloc(), FrameType.PING, token), channel.voidPromise());
        eventLoop()
                .schedule(
                        () -> {
                            if (pongDue && token == pingToken && isIdle()) {
                                close("no PONG within " + timeout);
                            }
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /// Tells the peer to open no more streams here.
    void drain() {
        if (ready && !closed && !weDrain) {
            weDrain = true;
            channel.writeAndFlush(FrameWriter.empty(channel.alloc(), FrameType.DRAIN), channel.voidPromise());
        }
    }

    void close(String reason) {
        close(RefusalReason.HANDSHAKE_FAILED, reason);
    }

    void send(FrameType type, MessageLite message) {
        channel.write(FrameWriter.message(channel.alloc(), type, message), channel.voidPromise());
    }

    void sendData(ByteBuf bytes) {
        FrameWriter.data(channel.alloc(), bytes, buffer -> channel.write(buffer, channel.voidPromise()));
    }

    void sendEnd() {
        channel.writeAndFlush(FrameWriter.empty(channel.alloc(), FrameType.END), channel.voidPromise());
    }

    void sendReset(ResetCode code, int number) {
        channel.writeAndFlush(FrameWriter.reset(channel.alloc(), code.number(), number), channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    void read(boolean on) {
        channel.config().setAutoRead(on);
    }

    /// The rest of `over` is thrown away as it comes, for a while.
    void discard(LaneStream over) {
        read(true);
        if (discardTimeout == null && !closed) {
            discardTimeout = eventLoop()
                    .schedule(
                            () -> {
                                if (stream == over) {
                                    close("a stream that was broken off did not end within " + DISCARD_TIMEOUT);
                                }
                            },
                            DISCARD_TIMEOUT.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    void streamOver(LaneStream over) {
        if (stream != over) {
            return;
        }
        stream = null;
        busy = false;
        cancelDiscardTimeout();
        if (!closed) {
            idleSince = System.nanoTime();
            lastSign = idleSince;
            pongDue = false;
            read(true);
            owner.idle(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            return;
        }
        if (!handshake.isSuccess()) {
            close(RefusalReason.HANDSHAKE_FAILED, "TLS: " + rootMessage(handshake.cause()));
            return;
        }
        try {
            var shown = PeerIdentity.require(tls.engine().getSession(), SpiffeId.Role.GATEWAY, terms.expected());
            if (!shown.clusterSet().equals(terms.self().clusterSet())
                    || shown.cluster().equals(terms.self().cluster())) {
                throw new SSLPeerUnverifiedException("peer must be another cluster of our clusterset, got " + shown);
            }
            var objection = owner.objection(this, shown.cluster());
            if (objection.isPresent()) {
                throw new SSLPeerUnverifiedException(objection.get());
            }
            peer = shown;
            send(FrameType.HELLO, Greeting.from(terms.self()));
            flush();
        } catch (SSLPeerUnverifiedException e) {
            close(RefusalReason.WRONG_IDENTITY, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            decoder.decode((ByteBuf) message);
        } catch (MalformedFrameException e) {
            close(RefusalReason.BAD_HELLO, "malformed frame: " + e.getMessage());
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (stream != null) {
            stream.onReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (stream != null && channel.isWritable()) {
            stream.onWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close("the peer closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close(rootMessage(cause));
    }

    private void close(RefusalReason kind, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        readyTimeout.cancel(false);
        cancelDiscardTimeout();
        decoder.close();
        var lost = stream;
        stream = null;
        // Frames already written, such as a REFUSED, still go out; TLS says goodbye by itself.
        channel.flush();
        channel.close();
        if (lost != null) {
            lost.onLost(reason);
        }
        owner.closed(this, new LaneEnd(kind, ready, reason));
    }

    private void carry(LaneStream next) {
        stream = next;
        busy = true;
    }

    private void cancelDiscardTimeout() {
        if (discardTimeout != null) {
            discardTimeout.cancel(false);
            discardTimeout = null;
        }
    }

    /// What our trust says of a certificate when that is the cause, else the innermost message.
    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null && !(root instanceof CertificateException)) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /// Acts on the peer's frames.
    private final class Frames implements FrameSink {
        @Override
        public void data(ByteBuf bytes) throws MalformedFrameException {
            if (stream == null) {
                bytes.release();
                throw new MalformedFrameException("DATA without a stream");
            }
            stream.onData(bytes);
        }

        @Override
        public void control(FrameType type, ByteBuf payload) throws MalformedFrameException {
            if (!ready) {
                greeted(type, payload);
                return;
            }
            switch (type) {
                case OPEN -> accept(parse(Open.parser()::parseFrom, payload));
                case OPENED -> current(type).onOpened(parse(Opened.parser()::parseFrom, payload));
                case REFUSED -> current(type).onRefused(parse(Refused.parser()::parseFrom, payload));
                case END -> current(type).onEnd();
                case RESET -> reset(payload);
                case PING -> pong(payload);
                case PONG -> {
                    pongDue = false;
                    lastSign = System.nanoTime();
                }
                case DRAIN -> {
                    peerDrains = true;
                    owner.draining(Lane.this);
                }
                case HELLO, DATAGRAM, DATA -> throw new MalformedFrameException("unexpected " + type);
            }
        }

        private void greeted(FrameType type, ByteBuf payload) throws MalformedFrameException {
            if (type != FrameType.HELLO || peer == null) {
                throw new MalformedFrameException("the first frame must be HELLO, got " + type);
            }
            var objection = Greeting.objection(parse(Hello.parser()::parseFrom, payload), peer);
            if (objection.isPresent()) {
                throw new MalformedFrameException(objection.get());
            }
            ready = true;
            readyTimeout.cancel(false);
            idleSince = System.nanoTime();
            lastSign = idleSince;
            owner.ready(Lane.this);
        }

        private void accept(Open open) throws MalformedFrameException {
            var acceptor = terms.acceptor()
                    .orElseThrow(() -> new MalformedFrameException("OPEN on a lane that is ours to open streams on"));
            if (stream != null) {
                throw new MalformedFrameException("OPEN while the lane carries a stream");
            }
            if (!channel.isWritable()) {
                // All that went before was answered, so nothing of ours can be waiting unless the peer does not read.
                throw new MalformedFrameException("OPEN from a peer that does not read our answers");
            }
            var accepted = new LaneStream(Lane.this, ++streams, false);
            carry(accepted);
            if (weDrain) {
                accepted.refuse(Refused.Code.CODE_DRAINING, "the gateway is shutting down");
            } else {
                acceptor.accept(accepted, open);
            }
        }

        private void reset(ByteBuf payload) throws MalformedFrameException {
            if (payload.readableBytes() != 5) {
                throw new MalformedFrameException("RESET must have 5 bytes, got " + payload.readableBytes());
            }
            var code = ResetCode.of(payload.readUnsignedByte());
            var number = payload.readInt();
            if (number < 1 || number > streams) {
                throw new MalformedFrameException("RESET of stream " + number + " of " + streams);
            }
            // Of an earlier stream: it ended while the RESET was under way.
            if (stream != null && stream.number() == number) {
                stream.onReset(code);
            }
        }

        private void pong(ByteBuf payload) throws MalformedFrameException {
            if (payload.readableBytes() != 8) {
                throw new MalformedFrameException("PING must have 8 bytes, got " + payload.readableBytes());
            }
            // A peer that does not read needs no answers, and they must not pile up.
            if (channel.isWritable()) {
                channel.writeAndFlush(
                        FrameWriter.probe(channel.alloc(), FrameType.PONG, payload.readLong()), channel.voidPromise());
            }
        }

        private LaneStream current(FrameType type) throws MalformedFrameException {
            if (stream == null) {
                throw new MalformedFrameException(type + " without a stream");
            }
            return stream;
        }

        private <M> M parse(Parse<M> parser, ByteBuf payload) throws MalformedFrameException {
            try {
                return parser.from(payload.nioBuffer());
            } catch (InvalidProtocolBufferException e) {
                throw new MalformedFrameException("payload cannot be read: " + e.getMessage());
            }
        }
    }

    private interface Parse<M> {
        M from(java.nio.ByteBuffer bytes) throws InvalidProtocolBufferException;
    }
}
