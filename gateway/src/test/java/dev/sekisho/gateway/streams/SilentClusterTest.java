package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.streams.StreamSettings.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Tokyo and nagoya export one service, osaka calls it, and tokyo's gateway stops without a word.
class SilentClusterTest {
    /// Half of the usual patience, so that a busy machine does not make a call last longer than two seconds.
    private static final Patience HALF =
            new Patience(Duration.ofMillis(250), Duration.ofMillis(450), Duration.ofMillis(950));

    private static final Duration LONG = Duration.ofMinutes(1);

    private record Call(int id, boolean answered, Duration took) {}

    private static final class World implements AutoCloseable {
        private final Map<Integer, Integer> seenInTokyo = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> seenInNagoya = new ConcurrentHashMap<>();
        private final Workload tokyoPod = counting(seenInTokyo);
        private final Workload nagoyaPod = counting(seenInNagoya);
        private final TwoGateways gateways;
        private final TestGateway nagoya;
        private final FreezingPath pathToTokyo;
        private final AtomicInteger ids = new AtomicInteger();

        World(Patience patience) {
            this(patience, new InetSocketAddress[0]);
        }

        World(Patience patience, InetSocketAddress... otherBackendsInTokyo) {
            var inTokyo = otherBackendsInTokyo.length > 0
                    ? otherBackendsInTokyo
                    : new InetSocketAddress[] {tokyoPod.address()};
            gateways = new TwoGateways.Plan()
                    .osakaStreams(StreamSettings.DEFAULTS.withPatience(patience))
                    .with(inTokyo);
            var clusters = gateways.clusters;
            nagoya = new TestGateway(
                    clusters, "nagoya", clusters.gateway("nagoya"), TestGateway.TUNNEL, StreamSettings.DEFAULTS);
            nagoya.tables.peer(clusters, "osaka", gateways.osaka.address()).exports(nagoyaPod.address());
            nagoya.replaceRoutes();
            pathToTokyo = new FreezingPath(gateways.tokyo.address());
            gateways.osaka
                    .tables
                    .peer(clusters, "tokyo", pathToTokyo.address())
                    .peer(clusters, "nagoya", nagoya.address())
                    .imports("tokyo", "nagoya");
            gateways.osaka.replaceRoutes();
            Until.holds(
                    "lanes to both",
                    () -> gateways.osaka.dialled(gateways.tokyo).idle() > 1
                            && gateways.osaka.dialled(nagoya).idle() > 1);
        }

        private static Workload counting(Map<Integer, Integer> seen) {
            return Workload.that(connection -> {
                var request = connection.getInputStream().readNBytes(4);
                if (request.length == 4) {
                    seen.merge(ByteBuffer.wrap(request).getInt(), 1, Integer::sum);
                    connection.getOutputStream().write(request);
                }
            });
        }

        Call call() {
            var id = ids.incrementAndGet();
            var began = System.nanoTime();
            var answered = false;
            try (var client = gateways.call()) {
                client.getOutputStream().write(ByteBuffer.allocate(4).putInt(id).array());
                answered = client.getInputStream().readNBytes(4).length == 4;
            } catch (SocketException e) {
                // Broken off.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Call(id, answered, Duration.ofNanos(System.nanoTime() - began));
        }

        List<Call> calls(int count) {
            return IntStream.range(0, count).mapToObj(_ -> call()).toList();
        }

        /// What happens for the first time takes longer.
        void warmUp() {
            assertThat(calls(10)).allMatch(Call::answered);
            Until.holds("nothing under way", () -> gateways.osaka.imports().openStreams() == 0);
        }

        /// Tokyo goes on, and has done all that it was sent meanwhile.
        void wakeTokyo() {
            pathToTokyo.thaw();
            var before = seenInTokyo.size();
            Until.holds("tokyo to be called again", () -> call().answered() && seenInTokyo.size() > before);
            Until.holds(
                    "nothing under way",
                    () -> gateways.tokyo.exports().openStreams() == 0
                            && gateways.osaka.imports().openStreams() == 0);
        }

        int timesSeen(int id) {
            return seenInTokyo.getOrDefault(id, 0) + seenInNagoya.getOrDefault(id, 0);
        }

        List<String> outcomesOfLostCalls() {
            return gateways.osaka.streams.ended().stream()
                    .map(stream -> stream.outcome().label())
                    .filter(label -> !label.equals("completed"))
                    .toList();
        }

        @Override
        public void close() {
            pathToTokyo.close();
            gateways.close();
            nagoya.close();
            tokyoPod.close();
            nagoyaPod.close();
        }
    }

    @Test
    void no_request_is_seen_twice_and_no_call_takes_two_seconds_when_a_cluster_stops_and_goes_on()
            throws InterruptedException {
        try (var world = new World(HALF)) {
            var calls = new ArrayList<>(world.calls(20));
            var callers = IntStream.range(0, 6)
                    .mapToObj(_ -> Thread.ofVirtual().unstarted(() -> {
                        var own = world.calls(20);
                        synchronized (calls) {
                            calls.addAll(own);
                        }
                    }))
                    .toList();
            callers.forEach(Thread::start);
            world.pathToTokyo.freeze();
            for (var caller : callers) {
                caller.join();
            }

            world.wakeTokyo();

            assertThat(calls).hasSize(140).allSatisfy(call -> {
                assertThat(call.took()).isLessThan(Duration.ofSeconds(2));
                assertThat(world.timesSeen(call.id())).isLessThanOrEqualTo(1);
                assertThat(!call.answered() || world.timesSeen(call.id()) == 1).isTrue();
            });
            var lost = calls.stream().filter(call -> !call.answered()).count();
            assertThat(world.outcomesOfLostCalls())
                    .allMatch(label -> label.equals("peer_silent") || label.equals("lane_lost"));
            assertThat(world.outcomesOfLostCalls().size()).isGreaterThanOrEqualTo((int) lost);
            assertThat(lost).isLessThan(20);
        }
    }

    @Test
    void a_call_whose_bytes_were_held_back_is_answered_by_another_cluster_and_never_handed_on_by_the_silent_one() {
        try (var world = new World(new Patience(Duration.ZERO, HALF.silence(), HALF.most()))) {
            world.warmUp();
            world.pathToTokyo.freeze();
            var calls = world.calls(6);

            world.wakeTokyo();

            assertThat(calls).allSatisfy(call -> {
                assertThat(call.answered()).isTrue();
                assertThat(call.took()).isLessThan(Duration.ofSeconds(2));
                assertThat(world.seenInNagoya).containsEntry(call.id(), 1);
                assertThat(world.seenInTokyo).doesNotContainKey(call.id());
            });
        }
    }

    @Test
    void a_call_whose_bytes_were_sent_to_a_cluster_that_fell_silent_ends_by_that_name_and_goes_nowhere_else() {
        try (var world = new World(new Patience(LONG, HALF.silence(), HALF.most()))) {
            world.warmUp();
            world.pathToTokyo.freeze();
            var calls = world.calls(2);
            world.wakeTokyo();

            assertThat(calls)
                    .filteredOn(call -> !call.answered())
                    .singleElement()
                    .satisfies(lost -> {
                        assertThat(lost.took()).isLessThan(Duration.ofSeconds(2));
                        assertThat(world.seenInNagoya).doesNotContainKey(lost.id());
                    });
            assertThat(world.outcomesOfLostCalls()).containsExactly("peer_silent");
        }
    }

    @Test
    void calls_that_hang_at_a_cluster_count_as_its_load() {
        try (var world = new World(new Patience(LONG, LONG, LONG))) {
            world.pathToTokyo.freeze();
            for (var i = 0; i < 2; i++) {
                Thread.ofVirtual().start(world::call);
            }
            Until.holds(
                    "one of them to hang",
                    () -> world.gateways.osaka.streams.ended().size() == 1
                            && world.gateways.osaka.imports().openStreams() == 1);

            for (var i = 0; i < 10; i++) {
                assertThat(world.call().answered()).isTrue();
                Until.holds(
                        "only the hanging one to be open",
                        () -> world.gateways.osaka.imports().openStreams() == 1);
            }
        }
    }

    @Test
    void a_cluster_whose_backend_takes_its_time_is_not_taken_for_silent() throws IOException {
        try (var full = new ServerSocket(0, 1, Loopback.address("127.0.0.1"))) {
            var address = (InetSocketAddress) full.getLocalSocketAddress();
            var filling = fill(address);
            try (var world = new World(HALF, address)) {
                assertThat(world.calls(2)).allMatch(Call::answered);

                assertThat(world.gateways.tokyo.streams.all(1))
                        .allMatch(stream -> stream.outcome().label().equals("backend_unreachable"));
                assertThat(world.gateways.osaka.lanes.lost())
                        .noneMatch(lost -> lost.reason().contains("sign of life"));
            }
            for (var socket : filling) {
                socket.close();
            }
        }
    }

    /// Until the next one to connect has to wait.
    private static List<Socket> fill(InetSocketAddress listener) throws IOException {
        var sockets = new ArrayList<Socket>();
        while (true) {
            var socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(listener, 300);
            } catch (SocketTimeoutException e) {
                return sockets;
            }
        }
    }
}
