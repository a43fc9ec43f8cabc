package dev.sekisho.gateway.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.tunnel.v1.Opened;
import dev.sekisho.tunnel.v1.Refused;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The import has two sources, of which the first one tried is a fake.
class RetryTest {
    private static TwoGateways withFirst(FakePeerFactory first, Workload second) {
        // The lane is always taken for alive, so that the client's bytes go with OPEN.
        var patience =
                new StreamSettings.Patience(Duration.ofMinutes(1), Duration.ofSeconds(20), Duration.ofSeconds(20));
        var gateways = new TwoGateways.Plan()
                .osakaStreams(StreamSettings.DEFAULTS.withPatience(patience))
                .with(second.address());
        gateways.osaka
                .tables
                .peer(gateways.clusters, "nagoya", first.in(gateways).address())
                .imports("nagoya", "tokyo");
        var before = gateways.osaka.importAddress();
        gateways.osaka.replaceRoutes();
        assertThat(before).isEqualTo(gateways.osaka.importAddress());
        return gateways;
    }

    private interface FakePeerFactory {
        FakePeer in(TwoGateways gateways);
    }

    private static void awaitFrame(RawLane lane, FrameType wanted) throws IOException {
        for (var frame = lane.receive(); frame.type() != wanted; frame = lane.receive()) {
            if (frame.type() == FrameType.PING) {
                lane.send(FrameType.PONG, frame.payload().toByteArray());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Refused.Code.class,
            names = {
                "CODE_NO_ENDPOINT",
                "CODE_BACKEND_UNREACHABLE",
                "CODE_DRAINING",
                "CODE_OVERLOADED",
                "CODE_NOT_EXPORTED"
            })
    void what_a_refusing_cluster_was_sent_goes_whole_to_the_next_one(Refused.Code code) throws IOException {
        try (var backend = Workload.echo();
                var gateways = withFirst(
                        world -> new FakePeer(world.clusters, lane -> {
                            awaitFrame(lane, FrameType.DATA);
                            lane.send(
                                    FrameType.REFUSED,
                                    Refused.newBuilder().setCode(code).build());
                            awaitFrame(lane, FrameType.RESET);
                        }),
                        backend);
                var client = gateways.call()) {
            client.getOutputStream().write("first words".getBytes(UTF_8));
            assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("first words");
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).isEmpty();
            assertThat(gateways.osaka.streams.only().destination()).contains(gateways.tokyo.cluster());
            assertThat(gateways.osaka.streams.only().sentBytes()).isEqualTo(11);
        }
    }

    @Test
    void a_lane_lost_before_any_byte_was_sent_costs_the_client_nothing() throws IOException {
        try (var backend =
                        Workload.that(connection -> connection.getOutputStream().write(5));
                var gateways = withFirst(
                        world -> new FakePeer(world.clusters, lane -> awaitFrame(lane, FrameType.OPEN)), backend);
                var client = gateways.call()) {
            assertThat(client.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void a_denial_is_final() throws IOException {
        try (var backend = Workload.echo();
                var gateways = withFirst(
                        world -> new FakePeer(world.clusters, lane -> {
                            awaitFrame(lane, FrameType.OPEN);
                            lane.send(
                                    FrameType.REFUSED,
                                    Refused.newBuilder()
                                            .setCode(Refused.Code.CODE_DENIED)
                                            .setMessage("shop/closed")
                                            .build());
                            awaitFrame(lane, FrameType.RESET);
                        }),
                        backend)) {
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome().explanation()).contains("shop/closed");
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void invariant_4_a_stream_is_not_retried_when_its_bytes_may_have_reached_a_backend() throws IOException {
        try (var backend = Workload.echo();
                var gateways = withFirst(
                        // Closes without a word: whether a backend has seen the bytes, nobody can tell.
                        world -> new FakePeer(world.clusters, lane -> awaitFrame(lane, FrameType.DATA)),
                        backend)) {
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("lane_lost");
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void invariant_4_a_stream_is_not_retried_after_its_backend_has_seen_a_byte() throws IOException {
        try (var backend = Workload.echo();
                var gateways = withFirst(
                        world -> new FakePeer(world.clusters, lane -> {
                            awaitFrame(lane, FrameType.DATA);
                            lane.send(
                                    FrameType.OPENED,
                                    Opened.newBuilder()
                                            .setBackend("10.0.0.1:6379")
                                            .build());
                            lane.send(FrameType.RESET, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
                            awaitFrame(lane, FrameType.RESET);
                        }),
                        backend)) {
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
            assertThat(gateways.osaka.streams.only().outcome()).isEqualTo(new StreamOutcome.BackendReset());
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void a_peer_that_is_down_is_passed_over() throws IOException {
        try (var backend = Workload.echo();
                var gateways = withFirst(
                        world -> {
                            var peer = new FakePeer(world.clusters, _ -> {});
                            peer.close();
                            return peer;
                        },
                        backend)) {
            for (var i = 0; i < 10; i++) {
                try (var client = gateways.call()) {
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i);
                }
            }
        }
    }
}
