package dev.sekisho.gateway.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.tunnel.v1.Hello;
import dev.sekisho.tunnel.v1.Refused;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes to the public port and is no lane of a peer.
class PublicPortTest {
    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private static boolean isTurnedAway(RawLane lane) throws IOException {
        try {
            lane.greet(new ClusterName("osaka"));
            return false;
        } catch (SSLException | SocketException | java.io.EOFException e) {
            return true;
        }
    }

    @Test
    void plain_http_is_closed_and_counted() throws IOException {
        try (var gateways = TwoGateways.with();
                var socket = Loopback.connect("127.0.0.1", gateways.tokyo.address())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: tokyo\r\n\r\n".getBytes(US_ASCII));

            assertThat(isClosed(socket)).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.NOT_TLS);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void garbage_is_closed_and_counted(long seed) throws IOException {
        try (var gateways = TwoGateways.with();
                var socket = Loopback.connect("127.0.0.1", gateways.tokyo.address())) {
            var garbage = new byte[64 * 1024];
            new Random(seed).nextBytes(garbage);
            garbage[0] = 0x16; // as a handshake record begins
            garbage[1] = 0x03;
            try {
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
            } catch (SocketException e) {
                // closed already
            }

            assertThat(isClosed(socket)).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().kind())
                    .as("seed %s", seed)
                    .isEqualTo(RefusalReason.NOT_TLS);
        }
    }

    @Test
    void who_says_nothing_is_closed_after_a_while() throws IOException {
        try (var gateways = new TwoGateways.Plan()
                        .tokyoTunnel(TestGateway.TUNNEL.withHandshakeTimeout(Duration.ofMillis(200)))
                        .with();
                var socket = Loopback.connect("127.0.0.1", gateways.tokyo.address())) {
            assertThat(isClosed(socket)).isTrue();
            gateways.tokyo.lanes.awaitRefusal(RefusalReason.TIMEOUT);
        }
    }

    @Test
    void who_says_no_hello_after_the_handshake_is_closed_after_a_while() throws IOException {
        try (var gateways = new TwoGateways.Plan()
                        .tokyoTunnel(TestGateway.TUNNEL.withHandshakeTimeout(Duration.ofMillis(1500)))
                        .with();
                var lane = RawLane.dial(
                        gateways.clusters.gateway("osaka"), gateways.tokyo.address(), "gateway.tokyo.demo")) {
            lane.socket().startHandshake();
            assertThat(lane.receive().type()).isEqualTo(FrameType.HELLO);

            assertThat(lane.isClosedByPeer()).isTrue();
            gateways.tokyo.lanes.awaitRefusal(RefusalReason.TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gateway.nagoya.demo", "control-plane.tokyo.demo", "example.org"})
    void a_server_name_that_is_not_ours_is_closed_and_counted(String name) throws IOException {
        try (var gateways = TwoGateways.with();
                var lane = RawLane.dial(gateways.clusters.gateway("osaka"), gateways.tokyo.address(), name)) {
            assertThat(isTurnedAway(lane)).isTrue();

            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.UNKNOWN_SERVER_NAME);
        }
    }

    @Test
    void tls_1_2_is_refused() throws IOException {
        try (var gateways = TwoGateways.with();
                var lane = RawLane.dial(
                        gateways.clusters.gateway("osaka"),
                        gateways.tokyo.address(),
                        "gateway.tokyo.demo",
                        "TLSv1.2")) {
            assertThatThrownBy(() -> lane.socket().startHandshake()).isInstanceOf(IOException.class);

            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.HANDSHAKE_FAILED);
        }
    }

    private static void assertRefused(Function<TwoGateways, TlsIdentity> dialler, RefusalReason reason)
            throws IOException {
        try (var gateways = TwoGateways.with();
                var lane = RawLane.dial(dialler.apply(gateways), gateways.tokyo.address(), "gateway.tokyo.demo")) {
            assertThat(isTurnedAway(lane)).isTrue();

            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(reason);
            assertThat(gateways.tokyo.accepted(gateways.osaka).busy()).isZero();
        }
    }

    @Test
    void a_certificate_of_a_wrong_ca_is_refused() throws IOException {
        assertRefused(
                world -> world.clusters.foreignAuthority("osaka", SpiffeId.Role.GATEWAY),
                RefusalReason.HANDSHAKE_FAILED);
    }

    @Test
    void a_peers_ca_cannot_speak_for_another_cluster() throws IOException {
        assertRefused(
                world -> {
                    world.tokyo.tables.peer(world.clusters, "nagoya", world.osaka.address());
                    world.tokyo.replaceRoutes();
                    return world.clusters.speakingFor("osaka", "nagoya", SpiffeId.Role.GATEWAY);
                },
                RefusalReason.HANDSHAKE_FAILED);
    }

    @Test
    void an_expired_certificate_is_refused() throws IOException {
        assertRefused(world -> world.clusters.expired("osaka", SpiffeId.Role.GATEWAY), RefusalReason.HANDSHAKE_FAILED);
    }

    @Test
    void a_cluster_that_is_no_peer_is_refused() throws IOException {
        assertRefused(world -> world.clusters.gateway("nagoya"), RefusalReason.HANDSHAKE_FAILED);
    }

    @Test
    void a_control_plane_is_no_gateway() throws IOException {
        assertRefused(world -> world.clusters.controlPlane("osaka"), RefusalReason.WRONG_IDENTITY);
    }

    @Test
    void our_own_certificate_opens_no_lane_to_ourselves() throws IOException {
        assertRefused(world -> world.clusters.gateway("tokyo"), RefusalReason.WRONG_IDENTITY);
    }

    @Test
    void a_hello_that_names_another_cluster_is_refused() throws IOException {
        try (var gateways = TwoGateways.with();
                var lane = RawLane.dial(
                        gateways.clusters.gateway("osaka"), gateways.tokyo.address(), "gateway.tokyo.demo")) {
            lane.greet(new ClusterName("nagoya"));

            assertThat(lane.isClosedByPeer()).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.BAD_HELLO);
        }
    }

    @Test
    void anything_before_hello_is_refused() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var lane = RawLane.dial(
                        gateways.clusters.gateway("osaka"), gateways.tokyo.address(), "gateway.tokyo.demo")) {
            lane.send(FrameType.OPEN, RawLane.open().build());
            assertThat(lane.receive().type()).isEqualTo(FrameType.HELLO);

            assertThat(lane.isClosedByPeer()).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.BAD_HELLO);
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void an_older_protocol_is_refused() throws IOException {
        try (var gateways = TwoGateways.with();
                var lane = RawLane.dial(
                        gateways.clusters.gateway("osaka"), gateways.tokyo.address(), "gateway.tokyo.demo")) {
            lane.send(FrameType.HELLO, Hello.newBuilder().setCluster("osaka").build());
            assertThat(lane.receive().type()).isEqualTo(FrameType.HELLO);

            assertThat(lane.isClosedByPeer()).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().reason()).contains("version");
        }
    }

    @Test
    void what_comes_together_with_the_end_of_the_handshake_is_not_lost() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var lane = RawLane.dial(
                        gateways.clusters.gateway("osaka"), gateways.tokyo.address(), "gateway.tokyo.demo")) {
            // The client's Finished, HELLO, OPEN and DATA leave without waiting for an answer.
            lane.send(
                    FrameType.HELLO,
                    Hello.newBuilder().setProtocolVersion(1).setCluster("osaka").build());
            lane.send(FrameType.OPEN, RawLane.open().build());
            lane.send(FrameType.DATA, (byte) 9);

            assertThat(lane.receive().type()).isEqualTo(FrameType.HELLO);
            assertThat(lane.receive().type()).isEqualTo(FrameType.OPENED);
            var echoed = lane.receive();
            assertThat(echoed.type()).isEqualTo(FrameType.DATA);
            assertThat(echoed.payload().toByteArray()).containsExactly(9);
        }
    }

    @Test
    void invariant_3_a_caller_of_another_cluster_than_the_lanes_is_denied() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var lane = RawLane.greeted(gateways.clusters.gateway("osaka"), gateways.tokyo.address())) {
            var open = RawLane.open();
            open.getCallerBuilder().setCluster("nagoya");
            lane.send(FrameType.OPEN, open.build());

            var refused = Refused.parseFrom(lane.receive().payload());
            assertThat(refused.getCode()).isEqualTo(Refused.Code.CODE_DENIED);
            assertThat(gateways.tokyo.streams.only().outcome())
                    .isEqualTo(new StreamOutcome.ForgedCaller("nagoya", new ClusterName("osaka")));
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void invariant_5_connections_beyond_the_bound_are_closed_and_counted() throws IOException {
        try (var gateways = new TwoGateways.Plan()
                .tokyoTunnel(TestGateway.TUNNEL.withMaxConnections(2))
                .osakaTunnel(
                        TestGateway.TUNNEL.withPool(TestGateway.TUNNEL.pool().withLanes(0, 1)))
                .with()) {
            var sockets = new ArrayList<Socket>();
            for (var i = 0; i < 3; i++) {
                sockets.add(Loopback.connect("127.0.0.1", gateways.tokyo.address()));
            }

            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.TOO_MANY_CONNECTIONS);
            for (var socket : sockets) {
                socket.close();
            }
        }
    }
}
