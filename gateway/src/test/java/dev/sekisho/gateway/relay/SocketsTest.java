package dev.sekisho.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final Sockets sockets = new Sockets(vertx);

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /// Tells of the first channel that it is part of.
    private static ChannelHandler first(CompletableFuture<Channel> channel) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                channel.complete(opened);
            }

            @Override
            public boolean isSharable() {
                return true;
            }
        };
    }

    private static void assertNoticesAfterAMinute(Channel channel) {
        var config = channel.config();
        assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)))
                .isEqualTo(30);
        assertThat(config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
                .isEqualTo(10);
        assertThat(config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)))
                .isEqualTo(3);
    }

    @Test
    void every_connection_is_kept_alive_on_the_transport_that_programs_run_on() throws Exception {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var accepted = new CompletableFuture<Channel>();
        var acceptedPlain = new CompletableFuture<Channel>();
        var lanes = sockets.server(first(accepted)).bind(anyPort).sync().channel();
        var pods =
                sockets.plainServer(first(acceptedPlain)).bind(anyPort).sync().channel();
        var connected = new CompletableFuture<Channel>();
        sockets.connect(
                sockets.loops().next(), TIMEOUT, (InetSocketAddress) pods.localAddress(), new Sockets.Connection() {
                    @Override
                    public void connected(PlainEnd end) {
                        connected.complete(end.channel());
                    }

                    @Override
                    public void failed(String why) {
                        connected.completeExceptionally(new AssertionError(why));
                    }
                });
        var dialled = sockets.client(sockets.loops().next(), TIMEOUT, first(new CompletableFuture<>()))
                .connect(lanes.localAddress())
                .sync()
                .channel();

        assertNoticesAfterAMinute(dialled);
        assertNoticesAfterAMinute(accepted.get(30, TimeUnit.SECONDS));
        assertNoticesAfterAMinute(acceptedPlain.get(30, TimeUnit.SECONDS));
        assertNoticesAfterAMinute(connected.get(30, TimeUnit.SECONDS));
    }
}
