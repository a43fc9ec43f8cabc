package dev.sekisho.gateway.tunnel;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.SilenceWatch;
import dev.sekisho.gateway.tunnel.frame.FrameDecoder;
import dev.sekisho.gateway.tunnel.frame.FrameSink;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.gateway.tunnel.frame.FrameWriter;
import dev.sekisho.gateway.tunnel.frame.MalformedFrameException;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsAlert;
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
    private final Channel channel;
    private final SslHandler tls;
    private final LaneTerms terms;
    private final LaneOwner owner;
    private final String remoteAddress;
    private final FrameDecoder decoder = new FrameDecoder(new Frames());
    private final ScheduledFuture<?> readyTimeout;
    private final LaneStreams streams;
    private final LanePulse pulse = new LanePulse(this);
    private @Nullable SpiffeId peer;
    private boolean ready;
    private boolean closed;
    private boolean peerDrains;
    private boolean weDrain;
    private long idleSince;
    private long heardAt = System.nanoTime();

    Lane(Channel channel, SslHandler tls, LaneTerms terms, LaneOwner owner) {
        this.channel = channel;
        this.tls = tls;
        this.terms = terms;
        this.owner = owner;
        streams = new LaneStreams(this, terms.acceptor());
        remoteAddress = String.valueOf(channel.remoteAddress());
        readyTimeout = channel.eventLoop()
                .schedule(
                        () -> close(RefusalReason.TIMEOUT, "no HELLO within " + terms.readyTimeout()),
                        terms.readyTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        SilenceWatch.over(channel, SilenceWatch.LONGEST_SILENCE, this::close);
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
        return ready && !closed && !streams.isBusy();
    }

    /// Whether it carries a stream. Any thread.
    boolean isBusy() {
        return streams.isBusy();
    }

    /// Whether a stream may be opened on it: idle, connected, and nobody drains.
    boolean isOpenForStreams() {
        return isIdle() && !peerDrains && channel.isActive() && streams.hasNumbers();
    }

    /// When the last stream ended, by [System#nanoTime].
    long idleSince() {
        return idleSince;
    }

    /// When anything came from the peer last, by [System#nanoTime].
    public long heardAt() {
        return heardAt;
    }

    /// Opens a stream on an idle lane; nothing is flushed yet.
    ///
    /// @throws IllegalArgumentException when `open` is too long for a frame
    public LaneStream open(Open open, OpenerEvents events) {
        if (!isOpenForStreams()) {
            throw new IllegalStateException("a stream was opened on a lane that is not idle");
        }
        var frame = FrameWriter.message(channel.alloc(), FrameType.OPEN, open);
        channel.write(frame, channel.voidPromise());
        return streams.open(LaneStream.Kind.of(open), events);
    }

    /// Gives back a lane that was granted and on which nothing was opened after all.
    public void unused() {
        owner.idle(this);
    }

    /// Asks an idle lane for a sign of life when it has given none for `every`, and closes it when none comes within
    /// `timeout`.
    void pingIfQuiet(Duration every, Duration timeout) {
        pulse.askIfQuiet(every, timeout);
    }

    /// Closes a lane on which the peer gave no sign of life.
    void abandon(String why) {
        if (!closed) {
            owner.silent(this);
            close(why);
        }
    }

    /// Tells the peer to open no more streams here.
    void drain() {
        if (ready && !closed && !weDrain) {
            weDrain = true;
            channel.writeAndFlush(FrameWriter.empty(channel.alloc(), FrameType.DRAIN), channel.voidPromise());
        }
    }

    /// Closes an idle lane that nobody is likely to need.
    void closeUnneeded(String reason) {
        end(new LaneEnd.Unneeded(reason));
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

    void sendDatagram(ByteBuf datagram) {
        FrameWriter.datagram(channel.alloc(), datagram, buffer -> channel.write(buffer, channel.voidPromise()));
    }

    void sendEnd() {
        channel.writeAndFlush(FrameWriter.empty(channel.alloc(), FrameType.END), channel.voidPromise());
    }

    void sendPing(long token) {
        channel.writeAndFlush(FrameWriter.probe(channel.alloc(), FrameType.PING, token), channel.voidPromise());
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

    void discard(LaneStream broken) {
        if (!closed) {
            streams.discard(broken);
        }
    }

    void streamOver(LaneStream over) {
        if (streams.over(over) && !closed) {
            idleSince = System.nanoTime();
            pulse.felt();
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
            var shown = Greeting.identity(tls.engine().getSession(), terms);
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
        heardAt = System.nanoTime();
        owner.heard(this);
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
        streams.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            streams.writable();
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

    private void close(RefusalReason ifNotReady, String reason) {
        end(ready ? new LaneEnd.Lost(reason) : new LaneEnd.NeverReady(ifNotReady, reason));
    }

    private void end(LaneEnd end) {
        if (closed) {
            return;
        }
        closed = true;
        readyTimeout.cancel(false);
        decoder.close();
        // Frames already written, such as a REFUSED, still go out; TLS says goodbye by itself.
        channel.flush();
        channel.close();
        streams.lost(end.reason());
        owner.closed(this, end);
    }

    /// What our trust says of a certificate when that is the cause, else the innermost message. An alert of the
    /// peer's is put in words.
    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null && !(root instanceof CertificateException)) {
            root = root.getCause();
        }
        var message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return TlsAlert.inWords(message).orElse(message);
    }

    /// Acts on the peer's frames.
    private final class Frames implements FrameSink {
        @Override
        public void data(ByteBuf bytes) throws MalformedFrameException {
            if (!streams.isBusy()) {
                bytes.release();
                throw new MalformedFrameException("DATA without a stream");
            }
            streams.current(FrameType.DATA).onData(bytes);
        }

        @Override
        public void control(FrameType type, ByteBuf payload) throws MalformedFrameException {
            if (!ready) {
                greeted(type, payload);
                return;
            }
            switch (type) {
                case OPEN -> streams.accept(parse(Open.parser()::parseFrom, payload), weDrain);
                case OPENED -> streams.current(type).onOpened(parse(Opened.parser()::parseFrom, payload));
                case REFUSED -> streams.current(type).onRefused(parse(Refused.parser()::parseFrom, payload));
                case END -> streams.current(type).onEnd();
                case RESET -> streams.reset(payload);
                case PING -> {
                    pulse.felt();
                    pong(payload);
                }
                case PONG -> pulse.felt();
                case DRAIN -> {
                    peerDrains = true;
                    owner.draining(Lane.this);
                }
                case DATAGRAM -> streams.current(type).onDatagram(payload.retain());
                case HELLO, DATA -> throw new MalformedFrameException("unexpected " + type);
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
            pulse.felt();
            owner.ready(Lane.this);
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
