package dev.sekisho.gateway.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.TlsEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesTest {
    private static final int MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource(textBlock = """
        # engine,  streams, MiB each
        BORINGSSL,       1,      192
        BORINGSSL,      64,        3
        JDK,             1,       32
        JDK,            16,        1
        """)
    void invariant_4_no_byte_is_lost_doubled_or_reordered_in_either_direction(TlsEngine engine, int streams, int mib)
            throws Exception {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .tunnel(TestGateway.TUNNEL.withEngine(engine))
                        .with(backend.address());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = new ArrayList<Future<String>>();
            var received = new ArrayList<Future<String>>();
            for (var i = 0; i < streams; i++) {
                var client = gateways.call();
                var seed = i;
                sent.add(threads.submit(() -> send(client, seed, (long) mib * MIB)));
                received.add(threads.submit((Callable<String>) () -> {
                    try (client) {
                        return digest(client.getInputStream());
                    }
                }));
            }

            for (var i = 0; i < streams; i++) {
                assertThat(received.get(i).get()).isEqualTo(sent.get(i).get());
            }
            assertThat(gateways.osaka.streams.all(streams)).allSatisfy(stream -> {
                assertThat(stream.outcome()).isEqualTo(new StreamOutcome.Completed());
                assertThat(stream.sentBytes()).isEqualTo((long) mib * MIB);
                assertThat(stream.receivedBytes()).isEqualTo((long) mib * MIB);
            });
            assertThat(gateways.tokyo.streams.all(streams))
                    .allSatisfy(stream -> assertThat(stream.outcome()).isEqualTo(new StreamOutcome.Completed()));
        }
    }

    @Test
    void a_client_may_half_close_first_and_still_be_answered() throws Exception {
        try (var backend = Workload.that(connection -> {
                    var all = connection.getInputStream().readAllBytes();
                    connection.getOutputStream().write(all.length);
                });
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            client.getOutputStream().write(new byte[42]);
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).containsExactly(42);
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.Completed());
        }
    }

    @Test
    void a_backend_may_speak_and_half_close_first_and_still_be_answered() throws Exception {
        var heard = new CompletableFuture<Integer>();
        try (var backend = Workload.that(connection -> {
                    connection.getOutputStream().write("welcome".getBytes(UTF_8));
                    connection.shutdownOutput();
                    heard.complete(connection.getInputStream().readAllBytes().length);
                });
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("welcome");
            client.getOutputStream().write(new byte[17]);
            client.shutdownOutput();

            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(17);
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.Completed());
            assertThat(gateways.tokyo.streams.only().outcome()).isEqualTo(new StreamOutcome.Completed());
        }
    }

    @Test
    void a_client_that_says_nothing_and_leaves_completes_its_stream() throws Exception {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.call().close();

            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.Completed());
            assertThat(gateways.tokyo.streams.only().outcome()).isEqualTo(new StreamOutcome.Completed());
        }
    }

    static String send(Socket client, long seed, long bytes) throws IOException, NoSuchAlgorithmException {
        return send(client.getOutputStream(), client, seed, bytes);
    }

    private static String send(OutputStream out, Socket client, long seed, long bytes)
            throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        var random = new Random(seed);
        var chunk = new byte[128 * 1024];
        for (var left = bytes; left > 0; ) {
            var size = (int) Math.min(left, 1 + random.nextInt(chunk.length));
            random.nextBytes(chunk);
            digest.update(chunk, 0, size);
            out.write(chunk, 0, size);
            left -= size;
        }
        client.shutdownOutput();
        return HexFormat.of().formatHex(digest.digest());
    }

    static String digest(InputStream in) throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        var chunk = new byte[128 * 1024];
        for (var read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            digest.update(chunk, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
