package dev.sekisho.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketEndTest {
    private static final int MORE_THAN_THE_KERNEL_HOLDS = 64 * 1024 * 1024;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private SocketEnd connect(ServerSocket server, Duration lastWords) throws InterruptedException {
        var channel = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline().addLast(new SocketEnd((DuplexChannel) opened, lastWords));
                    }
                })
                .connect(server.getLocalSocketAddress())
                .sync()
                .channel();
        return channel.pipeline().get(SocketEnd.class);
    }

    private static void writeAndReset(SocketEnd end, ResetCode code) {
        end.channel().eventLoop().execute(() -> {
            end.write(Unpooled.wrappedBuffer(new byte[MORE_THAN_THE_KERNEL_HOLDS]));
            end.flush();
            end.reset(code);
        });
    }

    /// @return how many bytes came before the end or the reset
    private static long heard(Socket peer) {
        var heard = 0L;
        try {
            var chunk = new byte[64 * 1024];
            for (var read = 0; read >= 0; read = peer.getInputStream().read(chunk)) {
                heard += read;
            }
        } catch (IOException e) {
            // The reset.
        }
        return heard;
    }

    @Test
    void a_reset_waits_until_what_was_written_before_it_has_gone_out() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var end = connect(server, Duration.ofSeconds(30));
            try (var peer = server.accept()) {
                writeAndReset(end, ResetCode.CONNECTION_RESET);

                assertThat(heard(peer)).isEqualTo(MORE_THAN_THE_KERNEL_HOLDS);
            }
        }
    }

    @Test
    void a_peer_that_never_reads_holds_a_reset_up_no_longer_than_the_bound() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var end = connect(server, Duration.ofMillis(100));
            try (var peer = server.accept()) {
                writeAndReset(end, ResetCode.CONNECTION_RESET);

                assertThat(end.channel().closeFuture().await(30, TimeUnit.SECONDS))
                        .isTrue();
                assertThat(heard(peer)).isLessThan(MORE_THAN_THE_KERNEL_HOLDS);
            }
        }
    }

    @Test
    void what_is_no_longer_allowed_is_broken_off_at_once() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var end = connect(server, Duration.ofDays(1));
            try (var _ = server.accept()) {
                writeAndReset(end, ResetCode.POLICY_CHANGED);

                assertThat(end.channel().closeFuture().await(30, TimeUnit.SECONDS))
                        .isTrue();
            }
        }
    }
}
