package dev.sekisho.gateway.dns;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.names.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers for the clusterset zone over UDP and TCP on one port (RFC 1035, RFC 7766), from the route table in force.
/// Until there is one, the answer is SERVFAIL: not known yet is never "no such name".
public final class DnsServer {
    public static final String DEFAULT_ZONE = "clusterset.local";
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int MAX_TCP_CONNECTIONS = 256;
    private static final int TCP_IDLE_SECONDS = 10;

    private final VertxInternal vertx;
    private final HostPort listen;
    private final DnsResponder responder;
    private final DnsWatcher watcher;
    private final AtomicInteger tcpConnections = new AtomicInteger();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /// @param listen port 0 means any free one
    /// @param routes the table in force, empty before the first; called on event loops
    public DnsServer(Vertx vertx, HostPort listen, Supplier<Optional<RouteTable>> routes, DnsWatcher watcher) {
        this.vertx = (VertxInternal) vertx;
        this.listen = listen;
        this.watcher = watcher;
        this.responder = new DnsResponder(new DnsAnswers(DEFAULT_ZONE), routes, watcher, new Random());
    }

    /// @return completes with the bound address when both UDP and TCP are listening; fails, naming the setting and the
    ///     address, when one of them cannot
    public Future<InetSocketAddress> start() {
        var wanted = new InetSocketAddress(listen.host(), listen.port());
        return bound(tcp().bind(wanted)).compose(tcp -> {
            var port = ((InetSocketAddress) tcp.localAddress()).getPort();
            var same = new InetSocketAddress(listen.host(), port);
            return bound(udp().bind(same)).map(same);
        });
    }

    public Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        channels.close().addListener(_ -> stopped.complete());
        return stopped.future();
    }

    private Bootstrap udp() {
        return new Bootstrap()
                .group(vertx.nettyEventLoopGroup())
                .channelFactory(vertx.transport().datagramChannelFactory())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(),
                                        new DatagramDnsResponseEncoder(new CompressedNames()),
                                        responder);
                    }
                });
    }

    private ServerBootstrap tcp() {
        return new ServerBootstrap()
                .group(vertx.acceptorEventLoopGroup(), vertx.nettyEventLoopGroup())
                .channelFactory(vertx.transport().serverChannelFactory(false))
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        channel.pipeline()
                                .addLast(
                                        new ConnectionBound(),
                                        new IdleStateHandler(TCP_IDLE_SECONDS, 0, 0, TimeUnit.SECONDS),
                                        new TcpDnsQueryDecoder(),
                                        new TcpDnsResponseEncoder(new CompressedNames()),
                                        new FlowControlHandler(),
                                        responder);
                    }
                });
    }

    private Future<Channel> bound(ChannelFuture binding) {
        Promise<Channel> bound = Promise.promise();
        binding.addListener(_ -> {
            if (binding.isSuccess()) {
                channels.add(binding.channel());
                bound.complete(binding.channel());
            } else {
                bound.fail(new IllegalStateException(
                        "listen.dns " + listen + ": " + binding.cause().getMessage(), binding.cause()));
            }
        });
        return bound.future().onFailure(_ -> {
            var _ = channels.close();
        });
    }

    /// Turns TCP connections away above the bound; UDP goes on answering.
    private final class ConnectionBound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (tcpConnections.incrementAndGet() > MAX_TCP_CONNECTIONS) {
                watcher.answered("other", "too_many_connections");
                LOG.atDebug().addKeyValue("limit", MAX_TCP_CONNECTIONS).log("Too many DNS connections; one was closed");
                var _ = context.close();
            } else {
                context.fireChannelActive();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            tcpConnections.decrementAndGet();
            context.fireChannelInactive();
        }
    }
}
