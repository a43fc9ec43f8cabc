package dev.sekisho.gateway.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;

/// Connections for the control plane, behind the same public port.
class PassingOnTest {
    private static HostPort of(SSLServerSocket server) {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    private static SSLServerSocket controlPlane(TwoGateways.Plan plan) throws IOException {
        return RawLane.listen(plan.clusters().controlPlane("tokyo"));
    }

    private static RawLane dial(TwoGateways gateways) throws IOException {
        return RawLane.dial(
                gateways.clusters.controlPlane("osaka"), gateways.tokyo.address(), "control-plane.tokyo.demo");
    }

    @Test
    void control_planes_talk_with_each_other_end_to_end() throws Exception {
        var plan = new TwoGateways.Plan();
        try (var server = controlPlane(plan);
                var gateways = plan.tokyoTunnel(TestGateway.TUNNEL.withControlPlane(Optional.of(of(server))))
                        .with();
                var here = dial(gateways)) {
            var accepted = Thread.ofPlatform().daemon();
            accepted.start(() -> {
                try (var there = RawLane.accept(server)) {
                    there.socket().getInputStream().transferTo(there.socket().getOutputStream());
                    there.socket().shutdownOutput();
                } catch (IOException e) {
                    // seen by the other side
                }
            });
            here.socket().startHandshake();

            assertThat(SpiffeId.of(here.socket().getSession())).hasToString("spiffe://tokyo.demo/control-plane");
            var text = "x".repeat(3_000_000).getBytes(UTF_8);
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    here.sendRaw(text);
                    here.socket().shutdownOutput();
                } catch (IOException e) {
                    // seen by the reader
                }
            });
            assertThat(here.socket().getInputStream().readAllBytes()).isEqualTo(text);
            assertThat(gateways.tokyo.lanes.refused()).isEmpty();
        }
    }

    @Test
    void a_control_plane_that_is_down_is_counted() throws IOException {
        var plan = new TwoGateways.Plan();
        var server = controlPlane(plan);
        var address = of(server);
        server.close();
        try (var gateways = plan.tokyoTunnel(TestGateway.TUNNEL.withControlPlane(Optional.of(address)))
                        .with();
                var here = dial(gateways)) {
            assertThat(closes(here)).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().kind()).isEqualTo(RefusalReason.CONTROL_PLANE_UNREACHABLE);
        }
    }

    @Test
    void invariant_5_no_more_connections_are_passed_on_than_the_bound_says() throws IOException {
        var plan = new TwoGateways.Plan();
        try (var server = controlPlane(plan);
                var gateways = plan.tokyoTunnel(TestGateway.TUNNEL
                                .withControlPlane(Optional.of(of(server)))
                                .withMaxPassedOn(1))
                        .with();
                var first = dial(gateways);
                var second = dial(gateways)) {
            Thread.ofPlatform().daemon().start(() -> {
                try (var there = RawLane.accept(server)) {
                    there.socket().startHandshake();
                    there.socket().getInputStream().read();
                } catch (IOException e) {
                    // seen by the other side
                }
            });
            first.socket().startHandshake();

            assertThat(closes(second)).isTrue();
            assertThat(gateways.tokyo.lanes.firstRefusal().reason()).contains("maxPassedOn");
        }
    }

    private static boolean closes(RawLane lane) {
        try {
            lane.socket().startHandshake();
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
