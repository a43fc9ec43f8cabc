package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.tunnel.v1.Refused;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BackendTest {
    /// Bound and not listening, so that nobody else can listen there either.
    @AutoClose
    private final Socket bound = new Socket();

    /// An address where nobody listens.
    private InetSocketAddress deaf() throws IOException {
        if (!bound.isBound()) {
            bound.bind(new InetSocketAddress(Loopback.address("127.0.0.1"), 0));
        }
        return (InetSocketAddress) bound.getLocalSocketAddress();
    }

    @Test
    void a_backend_that_refuses_is_passed_over_for_the_next() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(deaf(), backend.address())) {
            for (var i = 0; i < 4; i++) {
                try (var client = gateways.call()) {
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i);
                }
            }
            assertThat(backend.accepted()).isEqualTo(4);
        }
    }

    @Test
    void streams_of_this_cluster_and_of_others_count_alike_for_who_has_the_fewest() throws IOException {
        try (var first = Workload.echo();
                var second = Workload.echo();
                var gateways = TwoGateways.with(first.address(), second.address())) {
            gateways.tokyo
                    .tables
                    .pod("shop", "frontend", Map.of("role", "frontend"), TwoGateways.FRONTEND)
                    .imports("tokyo");
            gateways.tokyo.replaceRoutes();

            try (var fromAfar = answered(gateways.call());
                    var fromHere = answered(Loopback.connect(TwoGateways.FRONTEND, gateways.tokyo.importAddress()))) {
                assertThat(fromAfar.isClosed() || fromHere.isClosed()).isFalse();
                assertThat(first.accepted()).isEqualTo(1);
                assertThat(second.accepted()).isEqualTo(1);
            }
        }
    }

    private static Socket answered(Socket client) throws IOException {
        client.getOutputStream().write(1);
        assertThat(client.getInputStream().read()).isEqualTo(1);
        return client;
    }

    @Test
    void a_stream_whose_backends_all_refuse_is_reset_and_named() throws IOException {
        try (var gateways = TwoGateways.with(deaf())) {
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("backend_unreachable");
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("backend_unreachable");
        }
    }

    @Test
    void a_backend_that_accepts_and_resets_resets_the_client() throws IOException {
        try (var backend = Workload.that(connection -> {
                    connection.getInputStream().read();
                    connection.setSoLinger(true, 0);
                    connection.close();
                });
                var gateways = TwoGateways.with(backend.address())) {
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.BackendReset());
            assertThat(gateways.tokyo.streams.only().outcome()).isEqualTo(new StreamOutcome.BackendReset());
        }
    }

    @Test
    void a_client_that_resets_resets_the_backend() throws Exception {
        var seen = new CompletableFuture<Throwable>();
        try (var backend = Workload.that(connection -> {
                    connection
                            .getOutputStream()
                            .write(connection.getInputStream().read());
                    try {
                        connection.getInputStream().read();
                    } catch (IOException e) {
                        seen.complete(e);
                    }
                });
                var gateways = TwoGateways.with(backend.address())) {
            try (var client = gateways.call()) {
                client.getOutputStream().write(1);
                assertThat(client.getInputStream().read()).isEqualTo(1);
                client.setSoLinger(true, 0);
            }

            assertThat(seen.get(30, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.ClientReset());
            assertThat(gateways.tokyo.streams.only().outcome()).isEqualTo(new StreamOutcome.ClientReset());
        }
    }

    @Test
    void bad_names_in_open_close_the_lane() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var lane = RawLane.greeted(gateways.clusters.gateway("osaka"), gateways.tokyo.address())) {
            lane.send(
                    FrameType.OPEN, RawLane.open().setServiceNamespace("Shop!").build());

            assertThat(lane.isClosedByPeer()).isTrue();
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void sctp_is_refused() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var lane = RawLane.greeted(gateways.clusters.gateway("osaka"), gateways.tokyo.address())) {
            lane.send(
                    FrameType.OPEN,
                    RawLane.open().setProtocol(Protocol.PROTOCOL_SCTP).build());

            assertThat(Refused.parseFrom(lane.receive().payload()).getCode()).isEqualTo(Refused.Code.CODE_BAD_REQUEST);
        }
    }
}
