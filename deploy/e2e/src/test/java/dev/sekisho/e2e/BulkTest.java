package dev.sekisho.e2e;

import static dev.sekisho.e2e.ClusterPair.DB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// 1 GiB in each direction, over one stream and over 64 at once, between gateways that report every leaked buffer.
class BulkTest {
    private static final long GIBIBYTE = 1L << 30;
    private static final int BLOCK_BYTES = 1 << 16;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    enum Sender {
        CLIENT,
        SERVER
    }

    static Stream<Arguments> loads() {
        return Stream.of(
                Arguments.of(Sender.CLIENT, 1),
                Arguments.of(Sender.SERVER, 1),
                Arguments.of(Sender.CLIENT, 64),
                Arguments.of(Sender.SERVER, 64));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void invariant_4_a_gibibyte_arrives_as_it_was_sent(Sender sender, int streams) throws Exception {
        try (var pair = ClusterPair.in(folder, "-Dio.netty.leakDetection.level=paranoid");
                var server = new ServerSocket();
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            server.bind(new InetSocketAddress(pair.dbAddress(), 6379), streams);
            pair.startTokyo();
            pair.startOsaka();
            Await.until(
                    "osaka to import " + DB, () -> pair.frontend().resolve(DB).isPresent());
            var atServer = new ConcurrentLinkedQueue<String>();
            var accepting = tasks.submit(() -> accept(server, sender, streams, atServer, tasks));

            var atClient = new ArrayList<Future<String>>();
            for (var i = 0; i < streams; i++) {
                var seed = i;
                atClient.add(tasks.submit(() -> call(pair, sender, seed, GIBIBYTE / streams)));
            }

            var clientDigests = new ArrayList<String>();
            for (var digest : atClient) {
                clientDigests.add(digest.get());
            }
            for (Future<?> conversation : accepting.get()) {
                conversation.get();
            }
            assertThat(atServer).containsExactlyInAnyOrderElementsOf(clientDigests);
            assertThat(pair.logs()).doesNotContain("LEAK");
        }
    }

    @Test
    void invariant_4_a_client_that_has_half_closed_gets_its_whole_answer() throws Exception {
        try (var pair = ClusterPair.in(folder);
                var _ = LineServer.on(pair.dbAddress())) {
            pair.startTokyo();
            pair.startOsaka();
            Await.until(
                    "osaka to import " + DB, () -> pair.frontend().resolve(DB).isPresent());
            var line = "a".repeat(4_000_000);

            for (var round = 0; round < 60; round++) {
                try (var conversation = pair.frontend().connect(DB, 6379)) {
                    var socket = conversation.socket();
                    socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                    assertThat(answer.length()).as("round " + round).isEqualTo(line.length() + "db: \n".length());
                    assertThat(answer.equals("db: " + line + "\n")).isTrue();
                }
            }
        }
    }

    private static String call(ClusterPair pair, Sender sender, int seed, long bytes) throws Exception {
        try (var conversation = pair.frontend().connect(DB, 6379);
                var socket = conversation.socket()) {
            return converse(socket, sender == Sender.CLIENT, seed, bytes);
        }
    }

    private static List<Future<?>> accept(
            ServerSocket server,
            Sender sender,
            int streams,
            ConcurrentLinkedQueue<String> digests,
            ExecutorService tasks)
            throws IOException {
        var conversations = new ArrayList<Future<?>>();
        for (var i = 0; i < streams; i++) {
            var socket = server.accept();
            var seed = 1000 + i;
            conversations.add(tasks.submit((Callable<Void>) () -> {
                try (socket) {
                    digests.add(converse(socket, sender == Sender.SERVER, seed, GIBIBYTE / streams));
                }
                return null;
            }));
        }
        return conversations;
    }

    /// @return the digest of what was sent or received
    private static String converse(Socket socket, boolean sends, int seed, long bytes) throws Exception {
        socket.setSoTimeout(300_000);
        if (sends) {
            var digest = send(socket.getOutputStream(), seed, bytes);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            return digest;
        }
        var digest = receive(socket.getInputStream());
        socket.shutdownOutput();
        return digest;
    }

    private static String send(OutputStream out, int seed, long bytes) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var random = new SplittableRandom(seed);
        var block = new byte[BLOCK_BYTES];
        for (var left = bytes; left > 0; left -= block.length) {
            random.nextBytes(block);
            digest.update(block);
            out.write(block);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String receive(InputStream in) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var block = new byte[BLOCK_BYTES];
        for (var count = in.read(block); count >= 0; count = in.read(block)) {
            digest.update(block, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
