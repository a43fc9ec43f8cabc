package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.frame.FrameType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A fast writer and a reader that does not read: what lies between is bounded by the kernel's socket buffers and the
/// gateways' water marks, not by what the writer has.
class BackPressureTest {
    private static final long MIB = 1024 * 1024;
    private static final long MOST = 64 * MIB;

    /// Writes until nothing moves any more.
    ///
    /// @return bytes written
    private static long push(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        var written = 0L;
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (written < 4 * MOST && selector.select(2000) > 0) {
                selector.selectedKeys().clear();
                written += channel.write(ByteBuffer.allocate(256 * 1024));
            }
        }
        channel.configureBlocking(true);
        return written;
    }

    @Test
    void invariant_5_a_backend_that_does_not_read_stops_the_client() throws Exception {
        var read = new CountDownLatch(1);
        var received = new CompletableFuture<Long>();
        try (var backend = Workload.that(connection -> {
                    await(read);
                    received.complete(connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
                });
                var gateways = TwoGateways.with(backend.address());
                var client = SocketChannel.open()) {
            client.bind(new InetSocketAddress(Loopback.address(TwoGateways.FRONTEND), 0));
            client.connect(gateways.osaka.importAddress());

            var pushed = push(client);
            assertThat(pushed).isGreaterThan(MIB).isLessThan(MOST);
            read.countDown();
            client.shutdownOutput();

            assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(pushed);
        }
    }

    @Test
    void invariant_5_a_client_that_does_not_read_stops_the_backend() throws Exception {
        var pushed = new CompletableFuture<Long>();
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(Loopback.address("127.0.0.1"), 0));
            try (var gateways = TwoGateways.with((InetSocketAddress) server.getLocalAddress());
                    var client = gateways.call();
                    var backend = server.accept()) {
                pushed.complete(push(backend));
                assertThat(pushed.get()).isGreaterThan(MIB).isLessThan(MOST);
                backend.shutdownOutput();

                assertThat(client.getInputStream().transferTo(OutputStream.nullOutputStream()))
                        .isEqualTo(pushed.get());
            }
        }
    }

    @Test
    void invariant_4_a_client_that_resets_while_it_is_stopped_is_never_taken_for_one_that_has_ended() throws Exception {
        var read = new CountDownLatch(1);
        var ending = new CompletableFuture<String>();
        try (var backend = Workload.that(connection -> {
                    await(read);
                    try {
                        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                        ending.complete("end");
                    } catch (SocketException e) {
                        ending.complete("reset");
                    }
                });
                var gateways = TwoGateways.with(backend.address())) {
            try (var client = SocketChannel.open()) {
                client.bind(new InetSocketAddress(Loopback.address(TwoGateways.FRONTEND), 0));
                client.connect(gateways.osaka.importAddress());
                push(client);
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            read.countDown();

            assertThat(ending.get(60, TimeUnit.SECONDS)).isEqualTo("reset");
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.ClientReset());
            assertThat(gateways.tokyo.streams.only().outcome()).isEqualTo(new StreamOutcome.ClientReset());
        }
    }

    @Test
    void a_lane_is_free_for_the_next_stream_after_a_stopped_one_was_reset() throws Exception {
        try (var backend = Workload.that(connection -> {
                    var chunk = new byte[64 * 1024];
                    if (connection.getInputStream().read() == 'w') {
                        for (var i = 0; i < 4096; i++) {
                            connection.getOutputStream().write(chunk);
                        }
                    } else {
                        connection.getOutputStream().write(1);
                    }
                });
                var gateways = TwoGateways.with(backend.address())) {
            for (var i = 0; i < 5; i++) {
                try (var client = gateways.call()) {
                    client.getOutputStream().write('w');
                    assertThat(client.getInputStream().readNBytes(100_000)).hasSize(100_000);
                    client.setSoLinger(true, 0);
                }
                try (var client = gateways.call()) {
                    client.getOutputStream().write('s');
                    assertThat(client.getInputStream().read()).isEqualTo(1);
                }
            }

            assertThat(gateways.osaka.lanes.lost()).isEmpty();
            assertThat(gateways.osaka.streams.all(10)).hasSize(10);
        }
    }

    @Test
    void invariant_5_no_more_of_a_client_is_read_than_is_kept_until_a_backend_is_there() throws Exception {
        var taken = new AtomicLong();
        try (var gateways = TwoGateways.with();
                // Takes the stream and all its bytes, and never answers.
                var mute = new FakePeer(gateways.clusters, lane -> {
                    while (!lane.socket().isClosed()) {
                        var frame = lane.receive();
                        taken.addAndGet(
                                frame.type() == FrameType.DATA ? frame.payload().size() : 0);
                    }
                });
                var client = SocketChannel.open()) {
            gateways.osaka
                    .tables
                    .peer(gateways.clusters, "nagoya", mute.address())
                    .imports("nagoya");
            gateways.osaka.replaceRoutes();
            client.bind(new InetSocketAddress(Loopback.address(TwoGateways.FRONTEND), 0));
            client.connect(gateways.osaka.importAddress());

            assertThat(push(client)).isGreaterThan(MIB).isLessThan(MOST);

            assertThat(taken.get())
                    .isBetween((long) StreamSettings.DEFAULTS.bounds().retainedBytes(), MIB);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
