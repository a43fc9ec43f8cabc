package dev.sekisho.gateway.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StreamTest {
    @Test
    void a_call_by_a_pod_reaches_the_backend_of_another_cluster_and_comes_back() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            client.getOutputStream().write("ping".getBytes(UTF_8));
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).isEqualTo("ping".getBytes(UTF_8));
            var here = gateways.osaka.streams.only();
            assertThat(here.outcome()).isEqualTo(new StreamOutcome.Completed());
            assertThat(here.side()).isEqualTo(StreamSide.IMPORT);
            assertThat(here.callerPod()).contains(new PodName("shop", "frontend"));
            assertThat(here.destination()).contains(new ClusterName("tokyo"));
            assertThat(here.sentBytes()).isEqualTo(4);
            assertThat(here.receivedBytes()).isEqualTo(4);
            assertThat(here.openTime()).isPresent();
            assertThat(here.backend())
                    .isEqualTo("127.0.0.1:" + backend.address().getPort());
            var there = gateways.tokyo.streams.only();
            assertThat(there.outcome()).isEqualTo(new StreamOutcome.Completed());
            assertThat(there.id()).isEqualTo(here.id());
            assertThat(there.callerCluster()).contains(new ClusterName("osaka"));
            assertThat(there.callerAddress()).isEqualTo(TwoGateways.FRONTEND);
        }
    }

    @Test
    void streams_that_are_open_are_known_on_both_sides_with_caller_destination_and_bytes() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            client.getOutputStream().write(new byte[] {1, 2, 3});
            assertThat(client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);

            assertThat(gateways.osaka.imports().openStreams(10)).singleElement().satisfies(stream -> {
                assertThat(stream.sentBytes()).isEqualTo(3);
                assertThat(stream.receivedBytes()).isEqualTo(3);
                assertThat(stream.side()).isEqualTo(StreamSide.IMPORT);
                assertThat(stream.callerPod()).contains(new PodName("shop", "frontend"));
                assertThat(stream.service()).hasToString("shop/db");
                assertThat(stream.destination()).contains(new ClusterName("tokyo"));
            });
            assertThat(gateways.tokyo.exports().openStreams(10)).singleElement().satisfies(stream -> {
                assertThat(stream.side()).isEqualTo(StreamSide.EXPORT);
                assertThat(stream.sentBytes()).isEqualTo(3);
                assertThat(stream.receivedBytes()).isEqualTo(3);
                assertThat(stream.callerCluster()).contains(new ClusterName("osaka"));
                assertThat(stream.callerAddress()).isEqualTo(TwoGateways.FRONTEND);
            });
            assertThat(gateways.osaka.imports().openStreams(0)).isEmpty();
        }
    }
}
