package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.tunnel.v1.Open;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An authenticated peer that does not keep to the protocol, or only just.
class LaneFramesTest {
    private final Workload backend = Workload.echo();
    private TwoGateways gateways;
    private RawLane lane;

    @BeforeEach
    void openLane() throws IOException {
        gateways = TwoGateways.with(backend.address());
        lane = RawLane.greeted(gateways.clusters.gateway("osaka"), gateways.tokyo.address());
    }

    @AfterEach
    void close() throws IOException {
        lane.close();
        gateways.close();
        backend.close();
    }

    private static Open open() {
        return RawLane.open().build();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34, 35})
    void garbage_frames_close_the_lane(long seed) throws IOException {
        var garbage = new byte[4096];
        new Random(seed).nextBytes(garbage);
        garbage[0] = 0x33;
        lane.sendRaw(garbage);

        assertThat(lane.isClosedByPeer()).as("seed %s", seed).isTrue();
    }

    @Test
    void a_length_that_lies_closes_the_lane() throws IOException {
        lane.sendRaw((byte) 0x02, (byte) 0xff, (byte) 0xff, (byte) 0xff);

        assertThat(lane.isClosedByPeer()).isTrue();
        Until.holds(
                "the loss of the lane",
                () -> gateways.tokyo.lanes.lost().stream()
                        .anyMatch(lost -> lost.reason().contains("at most 16384")));
    }

    @Test
    void a_payload_that_is_no_message_closes_the_lane() throws IOException {
        lane.send(FrameType.OPEN, (byte) 0xff, (byte) 0xff);

        assertThat(lane.isClosedByPeer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATA", "END", "OPENED", "REFUSED", "HELLO", "DATAGRAM"})
    void a_frame_that_no_stream_waits_for_closes_the_lane(FrameType type) throws IOException {
        var payload = type == FrameType.DATA || type == FrameType.DATAGRAM ? new byte[] {1} : new byte[0];
        lane.send(type, payload);

        assertThat(lane.isClosedByPeer()).isTrue();
    }

    @Test
    void a_second_open_while_the_first_stream_runs_closes_the_lane() throws IOException {
        lane.send(FrameType.OPEN, open());
        lane.send(FrameType.OPEN, open());

        while (!lane.isClosedByPeer()) {
            assertThat(lane.socket().isClosed()).isFalse(); // frames that were under way
        }
        assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("lane_lost");
    }

    @Test
    void data_after_end_closes_the_lane() throws IOException {
        lane.send(FrameType.OPEN, open());
        lane.send(FrameType.END);
        lane.send(FrameType.DATA, (byte) 1);

        while (!lane.isClosedByPeer()) {
            assertThat(lane.socket().isClosed()).isFalse(); // frames that were under way
        }
    }

    @ParameterizedTest
    @CsvSource({"PROTOCOL_UDP, DATA", "PROTOCOL_TCP, DATAGRAM"})
    void bytes_in_a_flow_and_datagrams_in_a_stream_of_bytes_close_the_lane(Protocol protocol, FrameType wrong)
            throws IOException {
        if (protocol == Protocol.PROTOCOL_UDP) {
            gateways.tokyo.tables.port(Tables.DATAGRAMS).exports(backend.address());
            gateways.tokyo.replaceRoutes();
        }
        lane.send(FrameType.OPEN, RawLane.open().setProtocol(protocol).build());
        lane.send(wrong, (byte) 1);

        while (!lane.isClosedByPeer()) {
            assertThat(lane.socket().isClosed()).isFalse(); // frames that were under way
        }
        Until.holds(
                "the loss of the lane",
                () -> gateways.tokyo.lanes.lost().stream()
                        .anyMatch(lost -> lost.reason().contains(wrong + " in a stream of")));
    }

    @Test
    void an_end_of_a_flow_is_answered_and_frees_the_lane() throws IOException {
        try (var pod = UdpWorkload.echo()) {
            gateways.tokyo.tables.port(Tables.DATAGRAMS).exports(pod.address());
            gateways.tokyo.replaceRoutes();
            for (var i = 1; i <= 5; i++) {
                lane.send(
                        FrameType.OPEN,
                        RawLane.open().setProtocol(Protocol.PROTOCOL_UDP).build());
                lane.send(FrameType.DATAGRAM, (byte) i);
                lane.send(FrameType.DATAGRAM);
                assertThat(lane.receive().type()).isEqualTo(FrameType.OPENED);
                assertThat(lane.receive())
                        .isEqualTo(new RawLane.Frame(FrameType.DATAGRAM, ByteString.copyFrom(new byte[] {(byte) i})));
                assertThat(lane.receive()).isEqualTo(new RawLane.Frame(FrameType.DATAGRAM, ByteString.EMPTY));
                lane.send(FrameType.END);
                assertThat(lane.receive().type()).isEqualTo(FrameType.END);
            }
        }
        assertThat(gateways.tokyo.streams.all(5))
                .allSatisfy(flow -> assertThat(flow.outcome()).isEqualTo(new StreamOutcome.Completed()));
    }

    @Test
    void unknown_frames_with_the_high_bit_are_skipped_and_pings_are_answered() throws IOException {
        lane.sendRaw((byte) 0xc1, (byte) 0, (byte) 0, (byte) 2, (byte) 1, (byte) 2);
        lane.send(FrameType.PING, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

        var pong = lane.receive();
        assertThat(pong.type()).isEqualTo(FrameType.PONG);
        assertThat(pong.payload().toByteArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void a_lane_serves_one_stream_after_the_other() throws IOException {
        for (var i = 1; i <= 20; i++) {
            lane.send(FrameType.OPEN, open());
            lane.send(FrameType.DATA, (byte) i);
            assertThat(lane.receive().type()).isEqualTo(FrameType.OPENED);
            assertThat(lane.receive().payload().toByteArray()).containsExactly(i);
            lane.send(FrameType.END);
            assertThat(lane.receive().type()).isEqualTo(FrameType.END);
        }
        assertThat(gateways.tokyo.streams.all(20)).hasSize(20);
    }

    @Test
    void a_lane_is_free_again_after_a_reset_and_a_late_reset_does_no_harm() throws IOException {
        lane.send(FrameType.OPEN, open());
        assertThat(lane.receive().type()).isEqualTo(FrameType.OPENED);
        lane.send(FrameType.RESET, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
        assertThat(lane.receive().type()).isEqualTo(FrameType.RESET);

        lane.send(FrameType.OPEN, open());
        assertThat(lane.receive().type()).isEqualTo(FrameType.OPENED);
        lane.send(FrameType.RESET, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
        lane.send(FrameType.DATA, (byte) 5);

        assertThat(lane.receive().payload().toByteArray()).containsExactly(5);
    }

    @Test
    void a_reset_of_a_stream_that_never_was_closes_the_lane() throws IOException {
        lane.send(FrameType.RESET, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1);

        assertThat(lane.isClosedByPeer()).isTrue();
    }
}
