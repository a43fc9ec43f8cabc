package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.tunnel.LaneRole;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class BoundsTest {
    private static void echo(Socket client) throws IOException {
        client.getOutputStream().write(3);
        assertThat(client.getInputStream().read()).isEqualTo(3);
    }

    @Test
    void invariant_5_streams_beyond_the_callers_bound_are_refused_until_others_end() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaStreams(StreamSettings.DEFAULTS.withMaxStreams(2))
                        .with(backend.address())) {
            try (var one = gateways.call();
                    var two = gateways.call()) {
                echo(one);
                echo(two);

                assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
                assertThat(gateways.osaka.streams.only().outcome())
                        .isEqualTo(new StreamOutcome.Overloaded(Bound.STREAMS));
            }
            Until.holds("the streams to end", () -> gateways.osaka.imports().openStreams() == 0);

            try (var again = gateways.call()) {
                echo(again);
            }
        }
    }

    @Test
    void invariant_5_streams_beyond_the_backends_bound_are_refused() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .tokyoStreams(StreamSettings.DEFAULTS.withMaxStreams(1))
                        .with(backend.address());
                var one = gateways.call()) {
            echo(one);

            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("overloaded");
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("overloaded");
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void invariant_5_lanes_are_bounded_and_a_stream_waits_for_one_to_be_free() throws IOException {
        var one = TestGateway.TUNNEL.pool().withLanes(0, 1).withWaiting(100, Duration.ofSeconds(20));
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaTunnel(TestGateway.TUNNEL.withPool(one))
                        .with(backend.address())) {
            var clients = new ArrayList<Socket>();
            for (var i = 0; i < 6; i++) {
                var client = gateways.call();
                client.getOutputStream().write(3);
                client.shutdownOutput();
                clients.add(client);
            }

            for (var client : clients) {
                assertThat(client.getInputStream().readAllBytes()).containsExactly(3);
                client.close();
            }
            assertThat(gateways.osaka.lanes.opened())
                    .filteredOn(lane -> lane.role() == LaneRole.DIALLED)
                    .hasSizeBetween(1, 2);
        }
    }

    @Test
    void invariant_5_a_stream_does_not_wait_for_a_lane_for_ever_nor_among_too_many() throws IOException {
        var none = TestGateway.TUNNEL.pool().withLanes(0, 1).withWaiting(1, Duration.ofMillis(100));
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaTunnel(TestGateway.TUNNEL.withPool(none))
                        .with(backend.address())) {
            var busy = new ArrayList<Socket>();
            Until.holds("a stream that gets no lane", () -> {
                try {
                    var client = gateways.call();
                    busy.add(client);
                    client.getOutputStream().write(1);
                } catch (IOException e) {
                    // reset
                }
                return gateways.osaka.streams.ended().stream()
                        .anyMatch(stream -> stream.outcome().label().equals("overloaded"));
            });

            assertThat(gateways.osaka.lanes.exhausted()).isNotEmpty();
            for (var client : busy) {
                client.close();
            }
        }
    }
}
