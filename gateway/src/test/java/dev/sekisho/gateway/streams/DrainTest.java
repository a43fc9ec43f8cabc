package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.gateway.tunnel.LaneCount;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static void echo(Socket client) throws IOException {
        client.getOutputStream().write(3);
        assertThat(client.getInputStream().read()).isEqualTo(3);
    }

    @Test
    void the_callers_gateway_lets_its_streams_end_and_takes_no_new_ones() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            echo(client);
            var listener = gateways.osaka.importAddress();

            var drained = gateways.osaka.drain(Duration.ofSeconds(30));
            Until.holds(
                    "the listener to close",
                    () -> gateways.osaka.imports().listening().isEmpty());
            assertThatThrownBy(() -> Loopback.connect(TwoGateways.FRONTEND, listener))
                    .isInstanceOf(ConnectException.class);
            echo(client);
            assertThat(drained.isComplete()).isFalse();
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isNegative();

            TestGateway.get(drained);
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.Completed());
            Until.holds(
                    "no lane left", () -> gateways.osaka.dialled(gateways.tokyo).equals(LaneCount.NONE));
        }
    }

    @Test
    void the_backends_gateway_lets_its_streams_end_and_refuses_new_ones() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            echo(client);

            var drained = gateways.tokyo.drain(Duration.ofSeconds(30));
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
            echo(client);
            assertThat(drained.isComplete()).isFalse();
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isNegative();

            TestGateway.get(drained);
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void a_stream_that_outlives_the_deadline_is_reset() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            echo(client);

            TestGateway.get(gateways.osaka.drain(Duration.ofMillis(50)));

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.Draining());
            assertThat(gateways.tokyo.streams.only().outcome()).isEqualTo(new StreamOutcome.Draining());
        }
    }

    @Test
    void what_a_backend_said_last_still_arrives_when_its_gateway_drains() throws IOException {
        try (var backend = Workload.that(connection -> {
                    connection.getInputStream().read();
                    connection.getOutputStream().write(new byte[3_000_000]);
                });
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            client.getOutputStream().write(1);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isZero();

            var drained = gateways.tokyo.drain(Duration.ofSeconds(30));

            assertThat(client.getInputStream().readAllBytes()).hasSize(2_999_999);
            TestGateway.get(drained);
        }
    }
}
