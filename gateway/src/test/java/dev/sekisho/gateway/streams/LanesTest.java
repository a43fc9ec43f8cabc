package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.OneName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanesTest {
    /// Two event loops, as TestGateway has them.
    private static final int LOOPS = 2;

    private static final int WARM = LOOPS * TestGateway.TUNNEL.pool().minIdle();

    private static void awaitWarm(TwoGateways gateways) {
        Until.holds("warm lanes", () -> gateways.osaka.dialled(gateways.tokyo).idle() == WARM);
    }

    private static void echo(Socket client) throws IOException {
        client.getOutputStream().write(3);
        assertThat(client.getInputStream().read()).isEqualTo(3);
    }

    @Test
    void lanes_are_warm_before_anybody_calls() {
        try (var gateways = TwoGateways.with()) {
            awaitWarm(gateways);

            Until.holds(
                    "as many accepted lanes",
                    () -> gateways.tokyo.accepted(gateways.osaka).equals(new LaneCount(WARM, 0)));
        }
    }

    @Test
    void every_address_of_a_peers_name_is_dialled() {
        var loopback = TunnelSettings.defaults(new HostPort("::1", 0), Optional.empty());
        try (var names = OneName.at("127.66.66.66", "::1");
                var gateways = new TwoGateways.Plan()
                        .tokyoTunnel(loopback)
                        .osakaNames(names.server())
                        .with()) {
            gateways.osaka.tables.peer(
                    gateways.clusters,
                    "tokyo",
                    InetSocketAddress.createUnresolved(
                            "tokyo.test", gateways.tokyo.address().getPort()));
            gateways.osaka.replaceRoutes();

            awaitWarm(gateways);
        }
    }

    @Test
    void many_short_connections_share_a_few_lanes() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            awaitWarm(gateways);
            for (var i = 0; i < 500; i++) {
                try (var client = gateways.call()) {
                    echo(client);
                }
            }

            assertThat(gateways.osaka.streams.all(500))
                    .allSatisfy(stream -> assertThat(stream.outcome()).isEqualTo(new StreamOutcome.Completed()));
            assertThat(gateways.osaka.lanes.opened().stream()
                            .filter(lane -> lane.role() == LaneRole.DIALLED)
                            .count())
                    .isLessThan(40);
        }
    }

    @Test
    void sixty_four_streams_at_once_each_have_a_lane() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            var clients = new ArrayList<Socket>();
            for (var i = 0; i < 64; i++) {
                clients.add(gateways.call());
            }
            for (var client : clients) {
                echo(client);
            }

            Until.holds(
                    "a busy lane for each",
                    () -> gateways.osaka.dialled(gateways.tokyo).busy() == 64
                            && gateways.tokyo.accepted(gateways.osaka).busy() == 64);
            for (var client : clients) {
                client.close();
            }
            assertThat(gateways.osaka.streams.all(64)).hasSize(64);
            Until.holds(
                    "idle lanes", () -> gateways.osaka.dialled(gateways.tokyo).busy() == 0);
        }
    }

    @Test
    void a_burst_of_kept_connections_loses_none() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            awaitWarm(gateways);
            var clients = new ArrayList<Socket>();
            for (var i = 0; i < 150; i++) {
                clients.add(gateways.call());
                clients.getLast().getOutputStream().write(3);
            }

            for (var client : clients) {
                assertThat(client.getInputStream().read()).isEqualTo(3);
            }
            assertThat(gateways.osaka.streams.ended()).isEmpty();
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void a_dead_address_is_given_its_pauses_while_callers_wait() throws IOException {
        try (var gateways = TwoGateways.with()) {
            gateways.osaka.tables.peer(gateways.clusters, "tokyo", deadAddress());
            gateways.osaka.replaceRoutes();
            var began = System.nanoTime();
            var calls = 0;
            while (System.nanoTime() - began < Duration.ofMillis(1_500).toNanos()) {
                assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
                calls++;
            }

            // Pauses of at least 50, 100, 200, 400, 800 ms lie between dials, after the first few at once.
            assertThat(gateways.osaka.lanes.failed().size())
                    .isLessThan(LOOPS * (TestGateway.TUNNEL.pool().maxDials() + 6));
            assertThat(calls).isGreaterThan(gateways.osaka.lanes.failed().size());
        }
    }

    @Test
    void callers_of_a_peer_that_is_down_are_turned_away_at_once_until_background_dialling_reaches_it()
            throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.osaka.tables.peer(gateways.clusters, "tokyo", deadAddress());
            gateways.osaka.replaceRoutes();
            Until.holds("dials in vain", () -> gateways.osaka.lanes.failed().size() > LOOPS);

            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

            var ended = gateways.osaka.streams.only();
            assertThat(ended.outcome().label()).isEqualTo("peer_unreachable");
            assertThat(ended.duration()).isLessThan(Duration.ofSeconds(2));
        }
    }

    private static InetSocketAddress deadAddress() throws IOException {
        try (var closed = new ServerSocket(0, 1, Loopback.address("127.0.0.1"))) {
            return (InetSocketAddress) closed.getLocalSocketAddress();
        }
    }

    @Test
    void idle_lanes_beyond_the_least_are_let_go() throws IOException {
        var pool = TestGateway.TUNNEL.pool();
        var shortLived = new PoolSettings(
                1,
                100,
                4,
                100,
                pool.waitTimeout(),
                pool.dialTimeout(),
                Duration.ofMillis(200),
                Duration.ofMillis(50),
                Duration.ofSeconds(20),
                pool.backOff(),
                pool.maxBackOff());
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaTunnel(TestGateway.TUNNEL.withPool(shortLived))
                        .with(backend.address())) {
            var clients = new ArrayList<Socket>();
            for (var i = 0; i < 16; i++) {
                clients.add(gateways.call());
                echo(clients.getLast());
            }
            for (var client : clients) {
                client.close();
            }

            Until.holds(
                    "only the least",
                    () -> gateways.osaka.dialled(gateways.tokyo).equals(new LaneCount(LOOPS, 0)));
        }
    }

    @Test
    void a_lane_that_does_not_answer_pings_is_replaced() {
        try (var gateways = new TwoGateways.Plan()
                        .osakaTunnel(TestGateway.TUNNEL.withPool(
                                TestGateway.TUNNEL.pool().withPings(Duration.ofMillis(50), Duration.ofMillis(100))))
                        .with();
                // Greets, then listens and says nothing.
                var mute = new FakePeer(gateways.clusters, lane -> {
                    while (!lane.socket().isClosed()) {
                        lane.receive();
                    }
                })) {
            gateways.osaka.tables.peer(gateways.clusters, "nagoya", mute.address());
            gateways.osaka.replaceRoutes();

            Until.holds(
                    "a lane lost for want of an answer",
                    () -> gateways.osaka.lanes.lost().stream()
                            .anyMatch(lost -> lost.reason().contains("PONG")));
        }
    }

    @Test
    void a_lane_killed_under_a_stream_resets_it_and_others_take_its_place() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            echo(client);

            gateways.osaka.tables.withoutPeer("tokyo");
            gateways.osaka.replaceRoutes();

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("lane_lost");
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("lane_lost");
            gateways.osaka.tables.peer(gateways.clusters, "tokyo", gateways.tokyo.address());
            gateways.osaka.replaceRoutes();
            Until.holds("calls to go through again", () -> {
                try (var again = gateways.call()) {
                    echo(again);
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void an_expelled_cluster_loses_its_live_lanes() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            echo(client);

            gateways.tokyo.tables.withoutPeer("osaka");
            gateways.tokyo.replaceRoutes();

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
            Until.holds(
                    "no accepted lane",
                    () -> gateways.tokyo.accepted(gateways.osaka).equals(LaneCount.NONE));
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void lanes_are_closed_when_the_peers_bundle_no_longer_vouches_for_them() {
        try (var gateways = TwoGateways.with()) {
            awaitWarm(gateways);
            var otherWorld = TestClusters.linked("tokyo", "osaka");

            gateways.tokyo.tables.peer(otherWorld, "osaka", gateways.osaka.address());
            gateways.tokyo.replaceRoutes();

            Until.holds(
                    "the loss of accepted lanes",
                    () -> gateways.tokyo.accepted(gateways.osaka).equals(LaneCount.NONE));
            Until.holds(
                    "the reason",
                    () -> gateways.tokyo.lanes.lost().stream()
                            .anyMatch(lost -> lost.reason().contains("no longer believed")));
        }
    }

    @Test
    void a_peer_with_a_wrong_ca_or_of_another_cluster_gets_no_stream() throws IOException {
        try (var backend = Workload.echo()) {
            var wrongCa = new TwoGateways.Plan();
            wrongCa.tokyoIs(wrongCa.clusters().foreignAuthority("tokyo", SpiffeId.Role.GATEWAY));
            var otherCluster = new TwoGateways.Plan();
            otherCluster.tokyoIs(otherCluster.clusters().speakingFor("tokyo", "nagoya", SpiffeId.Role.GATEWAY));
            var expired = new TwoGateways.Plan();
            expired.tokyoIs(expired.clusters().expired("tokyo", SpiffeId.Role.GATEWAY));
            for (var plan : new TwoGateways.Plan[] {wrongCa, otherCluster, expired}) {
                try (var gateways = plan.with(backend.address())) {
                    assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

                    assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("peer_unreachable");
                    assertThat(gateways.osaka.lanes.failed()).isNotEmpty();
                    assertThat(gateways.osaka.lanes.opened()).isEmpty();
                }
            }
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void a_peer_may_be_dialled_by_name() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.osaka.tables.withoutPeer("tokyo");
            gateways.osaka.replaceRoutes();
            gateways.osaka.tables.peer(
                    gateways.clusters,
                    "tokyo",
                    InetSocketAddress.createUnresolved(
                            "localhost", gateways.tokyo.address().getPort()));
            gateways.osaka.replaceRoutes();

            try (var client = gateways.call()) {
                echo(client);
            }
        }
    }

    @Test
    void a_peer_that_is_down_at_start_is_dialled_until_it_is_there() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            var later = gateways.tokyo.address();
            gateways.osaka.tables.peer(gateways.clusters, "tokyo", deadAddress());
            gateways.osaka.replaceRoutes();
            Until.holds("a dial in vain", () -> !gateways.osaka.lanes.failed().isEmpty());
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

            gateways.osaka.tables.peer(gateways.clusters, "tokyo", later);
            gateways.osaka.replaceRoutes();
            awaitWarm(gateways);

            try (var client = gateways.call()) {
                echo(client);
            }
        }
    }
}
