package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Datagrams of a pod of osaka cross to a backend of tokyo and back.
class UdpTest {
    private static TwoGateways.Plan udp() {
        // Many flows at once need many lanes, and each handshake takes its time.
        var patient = TestGateway.TUNNEL.pool().withWaiting(1_000, Duration.ofMinutes(1));
        return new TwoGateways.Plan().port(Tables.DATAGRAMS).osakaTunnel(TestGateway.TUNNEL.withPool(patient));
    }

    private static UdpPod pod(TwoGateways gateways, String address) throws IOException {
        return new UdpPod(address, gateways.osaka.importAddress());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1100, 9000, 65_507})
    void a_datagram_crosses_whole_whatever_its_length(int length) throws IOException {
        var datagram = new byte[length];
        new Random(length).nextBytes(datagram);
        try (var backend = UdpWorkload.echo();
                var gateways = udp().with(backend.address());
                var pod = pod(gateways, TwoGateways.FRONTEND)) {
            assertThat(pod.call(datagram)).isEqualTo(datagram);
            assertThat(pod.call(datagram)).isEqualTo(datagram);

            assertThat(backend.received()).isEqualTo(2);
            assertThat(backend.sources()).isEqualTo(1);
        }
    }

    @Test
    void datagrams_are_never_joined_or_split() throws IOException {
        try (var backend = UdpWorkload.echo();
                var gateways = udp().with(backend.address());
                var pod = pod(gateways, TwoGateways.FRONTEND)) {
            pod.call((byte) 0);
            for (var i = 1; i <= 30; i++) {
                pod.send(new byte[i]);
            }

            for (var i = 1; i <= 30; i++) {
                assertThat(pod.receive()).hasSize(i);
            }
        }
    }

    @Test
    void one_question_and_one_answer_hold_a_lane_for_seconds_only() throws IOException {
        try (var backend = UdpWorkload.echo();
                var gateways = udp().with(backend.address());
                var conversing = pod(gateways, TwoGateways.FRONTEND);
                var asking = pod(gateways, TwoGateways.FRONTEND)) {
            conversing.call((byte) 1);
            conversing.call((byte) 2);
            asking.call((byte) 3);

            var ended = gateways.osaka.streams.only();
            assertThat(ended.sentBytes()).isEqualTo(1);
            assertThat(ended.outcome()).isEqualTo(new StreamOutcome.Completed());
            assertThat(gateways.osaka.imports().openStreams()).isEqualTo(1);
        }
    }

    @Test
    void each_port_of_a_pod_is_a_flow_of_its_own() throws IOException {
        try (var backend = UdpWorkload.echo();
                var gateways = udp().with(backend.address())) {
            var pods = new ArrayList<UdpPod>();
            for (var i = 0; i < 100; i++) {
                pods.add(pod(gateways, TwoGateways.FRONTEND));
                pods.get(i).send((byte) i);
            }
            for (var i = 0; i < 100; i++) {
                assertThat(pods.get(i).receive()).containsExactly(i);
            }

            assertThat(backend.sources()).isEqualTo(100);
            assertThat(gateways.osaka.imports().openStreams()).isEqualTo(100);
            assertThat(gateways.tokyo.exports().openStreams()).isEqualTo(100);
            assertThat(gateways.osaka.streams.ended()).isEmpty();
            pods.forEach(UdpPod::close);
        }
    }
}
