package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.SocketEnd;
import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.tunnel.PublicConnections.Destination;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the server name of the ClientHello and puts what serves it in its own place, which then sees the same bytes
/// again. Confined to its channel's event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a stranger's connection is closed; nothing waits for it
final class ServerNameSwitch extends AbstractSniHandler<Destination> {
    /// A ClientHello with hybrid key shares has about 2 KiB.
    private static final int MAX_CLIENT_HELLO_BYTES = 16 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final PublicConnections connections;
    private final String from;
    private final ScheduledFuture<?> timeout;
    private boolean isTls;
    private boolean decided;

    ServerNameSwitch(PublicConnections connections, DuplexChannel channel) {
        // Its own time limit would be told to the next handler, and there is none yet.
        super(MAX_CLIENT_HELLO_BYTES, 0);
        this.connections = connections;
        from = PublicConnections.addressOf(channel);
        var limit = connections.settings().handshakeTimeout();
        timeout = channel.eventLoop()
                .schedule(
                        () -> refuse(channel, RefusalReason.TIMEOUT, "no ClientHello within " + limit),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected Future<Destination> lookup(ChannelHandlerContext context, @Nullable ByteBuf clientHello)
            throws Exception {
        isTls = clientHello != null;
        return super.lookup(context, clientHello);
    }

    @Override
    protected Future<Destination> lookup(ChannelHandlerContext context, @Nullable String serverName) {
        var name = Optional.ofNullable(serverName);
        return name.flatMap(connections::destination)
                .map(context.executor()::<Destination>newSucceededFuture)
                .orElseGet(() -> context.executor()
                        .newFailedFuture(new IllegalArgumentException(
                                name.map(asked -> "server name '" + asked + "'").orElse("no server name"))));
    }

    @Override
    protected void onLookupComplete(
            ChannelHandlerContext context, @Nullable String serverName, Future<Destination> found) {
        if (decided || !context.channel().isActive()) {
            return;
        }
        if (!found.isSuccess()) {
            if (isTls) {
                var why = String.valueOf(found.cause().getMessage());
                refuse(context.channel(), RefusalReason.UNKNOWN_SERVER_NAME, why);
            } else {
                refuse(context.channel(), RefusalReason.NOT_TLS, "the first bytes are no ClientHello");
            }
            return;
        }
        decided = true;
        timeout.cancel(false);
        switch (found.getNow()) {
            case LANE -> becomeLane(context);
            case CONTROL_PLANE -> passOn((DuplexChannel) context.channel());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(context.channel(), RefusalReason.NOT_TLS, String.valueOf(cause.getMessage()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refuse(context.channel(), RefusalReason.NOT_TLS, "closed before a ClientHello came");
    }

    private void refuse(Channel channel, RefusalReason kind, String reason) {
        if (!decided) {
            decided = true;
            timeout.cancel(false);
            connections.refusals().refused(kind, from, reason);
            channel.close();
        }
    }

    private void becomeLane(ChannelHandlerContext context) {
        var channel = context.channel();
        var tls = connections.tls().accepting(channel.alloc());
        var lane = new Lane(channel, tls, connections.laneTerms(), connections.laneOwner());
        channel.pipeline().addAfter(context.name(), "lane", lane);
        channel.pipeline().replace(this, "tls", tls);
    }

    private void passOn(DuplexChannel channel) {
        var refusals = connections.refusals();
        var controlPlane = connections.settings().controlPlane();
        if (controlPlane.isEmpty() || !connections.startPassingOn()) {
            refusals.refused(
                    RefusalReason.CONTROL_PLANE_UNREACHABLE,
                    from,
                    "tunnel.maxPassedOn is " + connections.settings().maxPassedOn());
            channel.close();
            return;
        }
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        var stranger = new SocketEnd(channel);
        var passedOn = new PassedOn(
                stranger,
                why -> refusals.refused(RefusalReason.CONTROL_PLANE_UNREACHABLE, from, why),
                connections::stopPassingOn);
        stranger.tell(passedOn);
        channel.pipeline().replace(this, "passed-on", stranger);
        connections
                .sockets()
                .connect(channel.eventLoop(), CONNECT_TIMEOUT, Sockets.address(controlPlane.get()), passedOn);
    }
}
