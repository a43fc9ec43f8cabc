package dev.sekisho.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {
    private static final int MORE_THAN_THE_KERNEL_HOLDS = 64 * 1024 * 1024;
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws Exception {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Channel connect() throws Exception {
        return new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(server.getLocalAddress())
                .sync()
                .channel();
    }

    private static CompletableFuture<String> watch(Channel channel) {
        var silent = new CompletableFuture<String>();
        channel.eventLoop().execute(() -> SilenceWatch.over(channel, LONGEST, silent::complete));
        return silent;
    }

    private static TcpState stateOf(Channel channel) throws Exception {
        return channel.eventLoop().submit(() -> TcpState.of(channel)).get().orElseThrow();
    }

    /// Has the kernel throw away whatever comes for `socket`, before it is looked at.
    @SuppressWarnings("restricted")
    private static void deafen(SocketChannel socket) throws Throwable {
        var linker = Linker.nativeLinker();
        var setsockopt = linker.downcallHandle(
                linker.defaultLookup().find("setsockopt").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        var descriptor = (int)
                Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal").invoke(socket);
        try (var arena = Arena.ofConfined()) {
            var drop = arena.allocate(8, 4); // struct sock_filter {u16 code = RET; u8 jt, jf; u32 k = 0}
            drop.set(ValueLayout.JAVA_SHORT, 0, (short) 0x06);
            var program = arena.allocate(16, 8); // struct sock_fprog {u16 len; struct sock_filter *filter}
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            program.set(ValueLayout.ADDRESS, 8, drop);
            var solSocket = 1;
            var soAttachFilter = 26;
            assertThat((int) setsockopt.invokeExact(descriptor, solSocket, soAttachFilter, program, 16))
                    .isZero();
        }
    }

    @Test
    void a_peer_that_vanishes_while_data_is_under_way_is_noticed() throws Throwable {
        var channel = connect();
        try (var peer = server.accept()) {
            deafen(peer);
            var silent = watch(channel);

            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000]));

            assertThat(silent.get(30, TimeUnit.SECONDS)).contains("acknowledged for 1 s");
        }
    }

    @Test
    void a_peer_that_merely_does_not_read_is_left_alone() throws Exception {
        var channel = connect();
        try (var peer = server.accept()) {
            var silent = watch(channel);
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[MORE_THAN_THE_KERNEL_HOLDS]));

            // Its answers, that there is no room, come ever more seldom.
            for (var seen = stateOf(channel);
                    seen.sinceAnswer().compareTo(LONGEST) < 0 || seen.isSettled();
                    seen = stateOf(channel)) {
                assertThat(silent).isNotDone();
                LockSupport.parkNanos(1_000_000);
            }

            var chunk = ByteBuffer.allocate(1024 * 1024);
            for (var left = MORE_THAN_THE_KERNEL_HOLDS; left > 0; left -= peer.read(chunk.clear())) {
                assertThat(channel.isOpen()).isTrue();
            }
            assertThat(silent).isNotDone();
        }
    }

    @Test
    void the_kernel_tells_when_all_has_arrived() throws Exception {
        var channel = connect();
        try (var _ = server.accept()) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000])).sync();

            while (!stateOf(channel).isSettled()) {
                LockSupport.parkNanos(1_000_000);
            }
            channel.close().sync();
            assertThat(TcpState.of(channel)).isEqualTo(Optional.empty());
        }
    }
}
