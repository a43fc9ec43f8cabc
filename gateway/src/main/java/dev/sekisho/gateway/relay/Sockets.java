package dev.sekisho.gateway.relay;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.resolver.AddressResolverGroup;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/// Netty's sockets on Vert.x's event loops, with the transport Vert.x picked and the options of the data path. The
/// figures come from measurements: a relay that reads one message per loop costs more than twice the CPU.
public final class Sockets {
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(128 * 1024, 512 * 1024);
    private static final WriteBufferWaterMark DATAGRAM_WATER_MARKS = new WriteBufferWaterMark(64 * 1024, 256 * 1024);
    private static final int MESSAGES_PER_READ = 4;
    private static final int DATAGRAMS_PER_READ = 16;
    private static final int BACKLOG = 4096;
    private static final int HEAD_ROOM = 4;
    /// A peer or pod that is gone without a word is noticed after about a minute; where data is under way, and the
    /// kernel asks nothing, by [SilenceWatch].
    private static final int KEEP_ALIVE_IDLE_SECONDS = 30;

    private static final int KEEP_ALIVE_EVERY_SECONDS = 10;
    private static final int KEEP_ALIVE_PROBES = 3;
    private static final AdaptiveRecvByteBufAllocator RECEIVE = receive();
    private static final RecvByteBufAllocator RECEIVE_WITH_HEAD_ROOM = new HeadRoomAllocator(RECEIVE, HEAD_ROOM);

    private final EventLoopGroup acceptors;
    private final EventLoopGroup loops;
    private final ChannelFactory<? extends Channel> channels;
    private final ChannelFactory<? extends ServerChannel> servers;
    private final ChannelFactory<? extends Channel> datagrams;
    private final Map<ChannelOption<Integer>, Integer> keepAlive;
    private final AddressResolverGroup<InetSocketAddress> names;

    public Sockets(Vertx vertx) {
        var internal = (VertxInternal) vertx;
        acceptors = internal.acceptorEventLoopGroup();
        loops = internal.nettyEventLoopGroup();
        channels = internal.transport().channelFactory(false);
        servers = internal.transport().serverChannelFactory(false);
        datagrams = isOn(NioIoHandler.class)
                ? EmptyDatagrams::newChannel
                : internal.transport().datagramChannelFactory();
        keepAlive = keepAlive();
        names = internal.nameResolver().nettyAddressResolverGroup();
    }

    /// `target` as an address: at once when its host is an address literal, else to be looked up when connecting.
    public static InetSocketAddress address(HostPort target) {
        return InetAddresses.isInetAddress(target.host())
                ? new InetSocketAddress(InetAddresses.forString(target.host()), target.port())
                : InetSocketAddress.createUnresolved(target.host(), target.port());
    }

    /// The event loops that connections are spread over.
    public EventLoopGroup loops() {
        return loops;
    }

    /// Listens for plain TCP. Nothing is read from a connection before [StreamEnd#read] asks for it.
    public ServerBootstrap plainServer(ChannelHandler perConnection) {
        return server(perConnection)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE_WITH_HEAD_ROOM);
    }

    /// Listens for TLS.
    public ServerBootstrap server(ChannelHandler perConnection) {
        var bootstrap = new ServerBootstrap()
                .group(acceptors, loops)
                .channelFactory(servers)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE)
                .childHandler(perConnection);
        keepAlive.forEach((option, value) -> bootstrap.childOption(option, value));
        return bootstrap;
    }

    /// Connects over plain TCP on `loop`; as with [#plainServer], nothing is read at first.
    ///
    /// @param address may be unresolved
    public void connect(EventLoop loop, Duration timeout, InetSocketAddress address, Connection connection) {
        client(loop, timeout, new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new SocketEnd((DuplexChannel) channel));
                    }
                })
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE_WITH_HEAD_ROOM)
                .connect(address)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        connection.connected(connected.channel().pipeline().get(SocketEnd.class));
                    } else {
                        connection.failed(String.valueOf(connected.cause().getMessage()));
                    }
                });
    }

    /// Listens for datagrams, on one loop.
    public Bootstrap datagramServer(ChannelHandler handler) {
        return datagrams(loops, handler);
    }

    /// Connects a UDP socket on `loop`: from then on it hears of nobody else. Nobody is asked whether they are there,
    /// and nothing is read at first.
    public void connectDatagrams(EventLoop loop, InetSocketAddress address, Connection connection) {
        datagrams(loop, new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new DatagramEnd(channel));
                    }
                })
                .option(ChannelOption.AUTO_READ, false)
                .connect(address)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        connection.connected(connected.channel().pipeline().get(DatagramEnd.class));
                    } else {
                        connection.failed(String.valueOf(connected.cause().getMessage()));
                    }
                });
    }

    private Bootstrap datagrams(EventLoopGroup group, ChannelHandler handler) {
        return new Bootstrap()
                .group(group)
                .channelFactory(datagrams)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, DATAGRAM_WATER_MARKS)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new HeadRoomAllocator(wholeDatagrams(), HEAD_ROOM))
                .handler(handler);
    }

    /// Told on the loop how connecting went.
    public interface Connection {
        void connected(PlainEnd end);

        void failed(String why);
    }

    /// Connects on `loop`, for TLS.
    public Bootstrap client(EventLoop loop, Duration connectTimeout, ChannelHandler handler) {
        var bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .option(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE)
                .resolver(names)
                .handler(handler);
        keepAlive.forEach((option, value) -> bootstrap.option(option, value));
        return bootstrap;
    }

    private boolean isOn(Class<? extends IoHandler> transport) {
        return loops instanceof IoEventLoopGroup group && group.isIoType(transport);
    }

    private Map<ChannelOption<Integer>, Integer> keepAlive() {
        if (isOn(EpollIoHandler.class)) {
            return Map.of(
                    EpollChannelOption.TCP_KEEPIDLE,
                    KEEP_ALIVE_IDLE_SECONDS,
                    EpollChannelOption.TCP_KEEPINTVL,
                    KEEP_ALIVE_EVERY_SECONDS,
                    EpollChannelOption.TCP_KEEPCNT,
                    KEEP_ALIVE_PROBES);
        }
        if (isOn(NioIoHandler.class)) {
            return Map.of(
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                    KEEP_ALIVE_IDLE_SECONDS,
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                    KEEP_ALIVE_EVERY_SECONDS,
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                    KEEP_ALIVE_PROBES);
        }
        return Map.of(); // the system's own pauses hold
    }

    /// One byte more than the longest that can be carried shows what is too long.
    private static MaxMessagesRecvByteBufAllocator wholeDatagrams() {
        return new FixedRecvByteBufAllocator(DatagramRelay.MOST_BYTES + 1).maxMessagesPerRead(DATAGRAMS_PER_READ);
    }

    private static AdaptiveRecvByteBufAllocator receive() {
        var sizes = new AdaptiveRecvByteBufAllocator(512, 8 * 1024, 128 * 1024);
        sizes.maxMessagesPerRead(MESSAGES_PER_READ);
        return sizes;
    }
}
