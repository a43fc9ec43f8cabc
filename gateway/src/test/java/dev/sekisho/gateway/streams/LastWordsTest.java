package dev.sekisho.gateway.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What was said before a connection was broken off arrives before the break does, from client to backend and back.
class LastWordsTest {
    private static final int WORDS = 1_000;
    private static final int UPLOAD = 20_000_000;

    enum Side {
        CLIENT,
        BACKEND;

        Socket of(Socket client, Socket backend) {
            return this == CLIENT ? client : backend;
        }
    }

    /// @param writers who says something
    /// @param enders who half-closes, after having written
    /// @param resetter who then breaks the connection off
    record Course(List<Side> writers, List<Side> enders, Side resetter) {
        static Stream<Course> all() {
            var sides = List.of(List.<Side>of(), List.of(Side.CLIENT), List.of(Side.BACKEND), List.of(Side.values()));
            return sides.stream()
                    .flatMap(writers -> sides.stream()
                            .flatMap(enders ->
                                    Stream.of(Side.values()).map(resetter -> new Course(writers, enders, resetter))));
        }

        Side other() {
            return resetter == Side.CLIENT ? Side.BACKEND : Side.CLIENT;
        }
    }

    /// What one side heard, and how it ended.
    private record Heard(int bytes, boolean reset) {
        static Heard from(Socket socket) throws IOException {
            var bytes = 0;
            var chunk = new byte[64 * 1024];
            try {
                for (var read = 0; read >= 0; read = socket.getInputStream().read(chunk)) {
                    bytes += read;
                }
                return new Heard(bytes, false);
            } catch (SocketException e) {
                return new Heard(bytes, true);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sekisho.gateway.streams.LastWordsTest$Course#all")
    void invariant_4_what_was_said_before_a_reset_is_heard_whoever_wrote_ended_and_reset(Course course)
            throws Exception {
        var accepted = new CompletableFuture<Socket>();
        var over = new CompletableFuture<Void>();
        try (var backends = Workload.that(connection -> {
                    accepted.complete(connection);
                    over.join();
                });
                var gateways = TwoGateways.with(backends.address());
                var client = gateways.call()) {
            client.getOutputStream().write('c');
            var backend = accepted.get(30, TimeUnit.SECONDS);
            backend.setSoTimeout(30_000);
            assertThat(backend.getInputStream().read()).isEqualTo('c');
            backend.getOutputStream().write('b');
            assertThat(client.getInputStream().read()).isEqualTo('b');

            for (var side : Side.values()) {
                if (course.writers.contains(side)) {
                    side.of(client, backend).getOutputStream().write(new byte[WORDS]);
                }
                if (course.enders.contains(side)) {
                    side.of(client, backend).shutdownOutput();
                }
            }
            var resetter = course.resetter.of(client, backend);
            var other = course.other().of(client, backend);
            if (course.writers.contains(course.other())) {
                assertThat(resetter.getInputStream().readNBytes(WORDS)).hasSize(WORDS);
            }
            resetter.setSoLinger(true, 0);
            resetter.close();

            var heard = Heard.from(other);
            assertThat(heard.bytes).isEqualTo(course.writers.contains(course.resetter) ? WORDS : 0);
            if (!course.enders.contains(course.resetter)) {
                assertThat(heard.reset).as("reset rather than ended").isTrue();
            }
            over.complete(null);
            other.close();
            for (var gateway : List.of(gateways.osaka, gateways.tokyo)) {
                assertThat(gateway.streams.only().outcome().label())
                        .isIn(
                                course.resetter == Side.CLIENT ? "client_reset" : "backend_reset",
                                // Of one who has ended nothing more is heard, not even a reset.
                                course.enders.contains(course.resetter) ? "completed" : "");
            }
        } finally {
            over.complete(null);
        }
    }

    @Test
    void a_client_that_still_sends_hears_the_answer_that_came_before_the_reset() throws Exception {
        try (var backend = Workload.that(connection -> {
                    assertThat(connection.getInputStream().readNBytes(100)).hasSize(100);
                    connection.getOutputStream().write("413".getBytes(UTF_8));
                    connection.setSoLinger(true, 0);
                });
                var gateways = TwoGateways.with(backend.address())) {
            var answers = new ArrayList<String>();
            for (var i = 0; i < 20; i++) {
                try (var client = gateways.call()) {
                    answers.add(answerWhileSending(client));
                }
            }

            assertThat(answers).containsOnly("413");
        }
    }

    @Test
    void a_backend_that_still_sends_hears_what_the_client_said_before_it_reset() throws Exception {
        var answers = new ArrayList<CompletableFuture<String>>();
        try (var backend = Workload.that(connection -> {
                    var number = connection.getInputStream().read();
                    answers.get(number).complete(answerWhileSending(connection));
                });
                var gateways = TwoGateways.with(backend.address())) {
            for (var i = 0; i < 20; i++) {
                answers.add(new CompletableFuture<>());
                try (var client = gateways.call()) {
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().readNBytes(100)).hasSize(100);
                    client.getOutputStream().write("bye".getBytes(UTF_8));
                    client.setSoLinger(true, 0);
                }
            }

            for (var answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("bye");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_client_that_breaks_off_before_its_backend_is_connected_is_heard_first(boolean laneIsThere) throws Exception {
        var heard = new CompletableFuture<Heard>();
        try (var backend = Workload.that(connection -> heard.complete(Heard.from(connection)));
                var gateways = TwoGateways.with(backend.address());
                var path = new FreezingPath(gateways.tokyo.address())) {
            if (!laneIsThere) {
                path.freeze();
            }
            gateways.osaka.tables.peer(gateways.clusters, "tokyo", path.address());
            gateways.osaka.replaceRoutes();
            if (laneIsThere) {
                Until.holds(
                        "a lane", () -> gateways.osaka.dialled(gateways.tokyo).idle() > 0);
                path.freeze();
            }

            speakAndBreakOff(gateways);
            path.thaw();

            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(new Heard(WORDS, true));
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("client_reset");
            assertThat(gateways.osaka.streams.only().sentBytes()).isEqualTo(WORDS);
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("client_reset");
        }
    }

    @Test
    void a_client_that_breaks_off_while_it_is_looked_up_is_heard_by_a_backend_of_its_own_cluster() throws Exception {
        var heard = new CompletableFuture<Heard>();
        try (var backend = Workload.that(connection -> heard.complete(Heard.from(connection)));
                var gateways = new TwoGateways.Plan()
                        .osakaStreams(StreamSettings.DEFAULTS.withCallerWait(Duration.ofMinutes(1)))
                        .with()) {
            gateways.osaka.tables.imports("osaka").exports(backend.address());
            gateways.osaka.replaceRoutes();

            speakAndBreakOff(gateways, TwoGateways.UNKNOWN);
            gateways.osaka.tables.pod("shop", "late", Map.of("role", "frontend"), TwoGateways.UNKNOWN);
            gateways.osaka.replaceRoutes();

            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(new Heard(WORDS, true));
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("client_reset");
        }
    }

    @Test
    void a_client_that_breaks_off_without_a_word_costs_no_backend_a_connection() throws Exception {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var path = new FreezingPath(gateways.tokyo.address())) {
            path.freeze();
            gateways.osaka.tables.peer(gateways.clusters, "tokyo", path.address());
            gateways.osaka.replaceRoutes();

            try (var client = gateways.call()) {
                client.setSoLinger(true, 0);
            }

            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("client_reset");
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void a_reset_of_the_callers_gateway_before_OPENED_does_not_take_the_bytes_before_it_along() throws Exception {
        var heard = new CompletableFuture<Heard>();
        try (var backend = Workload.that(connection -> heard.complete(Heard.from(connection)));
                var gateways = TwoGateways.with(backend.address());
                var lane = RawLane.greeted(gateways.clusters.gateway("osaka"), gateways.tokyo.address())) {
            var open = RawLane.open().build().toByteArray();
            var together = ByteBuffer.allocate(3 * 4 + open.length + WORDS + 5)
                    .putInt((FrameType.OPEN.code() << 24) | open.length)
                    .put(open)
                    .putInt((FrameType.DATA.code() << 24) | WORDS)
                    .put(new byte[WORDS])
                    .putInt((FrameType.RESET.code() << 24) | 5)
                    .put((byte) ResetCode.CONNECTION_RESET.number())
                    .putInt(1);

            lane.sendRaw(together.array());

            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(new Heard(WORDS, true));
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("client_reset");
        }
    }

    private static void speakAndBreakOff(TwoGateways gateways) throws IOException {
        speakAndBreakOff(gateways, TwoGateways.FRONTEND);
    }

    /// Returns once the gateway has seen the reset.
    private static void speakAndBreakOff(TwoGateways gateways, String pod) throws IOException {
        int port;
        try (var client = gateways.callFrom(pod)) {
            client.getOutputStream().write(new byte[WORDS]);
            port = client.getLocalPort();
            client.setSoLinger(true, 0);
        }
        var gatewaysEnd = Pattern.compile(":%04X [0-9A-F]+:%04X 0[18] "
                .formatted(gateways.osaka.importAddress().getPort(), port));
        Until.holds(
                "the gateway to notice",
                () -> Stream.of("tcp", "tcp6")
                        .noneMatch(family ->
                                gatewaysEnd.matcher(connections(family)).find()));
    }

    private static String connections(String family) {
        try {
            return Files.readString(Path.of("/proc/net", family));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends until the connection breaks, then reads what came before that.
    private static String answerWhileSending(Socket socket) throws IOException {
        try {
            var out = socket.getOutputStream();
            for (var sent = 0; sent < UPLOAD; sent += 10_000) {
                out.write(new byte[10_000]);
            }
        } catch (SocketException e) {
            // That is what this is about.
        }
        var heard = new ByteArrayOutputStream();
        try {
            for (var read = socket.getInputStream().read();
                    read >= 0;
                    read = socket.getInputStream().read()) {
                heard.write(read);
            }
        } catch (SocketException e) {
            // After the last word.
        }
        return heard.toString(UTF_8);
    }
}
