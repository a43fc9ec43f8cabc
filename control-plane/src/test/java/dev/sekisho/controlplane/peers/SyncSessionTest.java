package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.peers.LinkProblem.Kind;
import dev.sekisho.controlplane.peers.SyncSession.Dialled;
import dev.sekisho.controlplane.peers.SyncSession.Self;
import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.peers.records.ExportCodec;
import dev.sekisho.controlplane.peers.records.Exports;
import dev.sekisho.controlplane.peers.records.OwnExports;
import dev.sekisho.controlplane.peers.records.Parts;
import dev.sekisho.controlplane.peers.records.PeerVersions;
import dev.sekisho.controlplane.peers.records.PreparedExports;
import dev.sekisho.controlplane.peers.records.WireTime;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.sync.v1.Heartbeat;
import dev.sekisho.sync.v1.Hello;
import dev.sekisho.sync.v1.Holdings;
import dev.sekisho.sync.v1.Part;
import dev.sekisho.sync.v1.Refusals;
import dev.sekisho.sync.v1.Refusals.Refusal;
import dev.sekisho.sync.v1.SyncMessage;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Osaka's side of a stream with tokyo, message by message.
class SyncSessionTest {
    private final Vertx vertx = Vertx.vertx();
    private final RecordedWire wire = new RecordedWire();
    private final Seen seen = new Seen();
    private final OwnExports own = new OwnExports(new ClusterName("osaka"), 1);
    private final SyncSession session = new SyncSession(
            new Self(new ClusterName("osaka"), new ClusterSetName("demo"), "first", own),
            new ClusterName("tokyo"),
            Dialled.BY_US,
            wire,
            new Questions(vertx, Duration.ofSeconds(10), wire),
            new PeerVersions(),
            Bounds.DEFAULT,
            InstantSource.system(),
            seen);

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private static final class RecordedWire implements SyncWire {
        private final List<SyncMessage> sent = new ArrayList<>();
        private boolean full;
        private boolean closed;
        private Runnable drained = () -> {};

        @Override
        public void send(SyncMessage message) {
            sent.add(message);
        }

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public void onDrain(Runnable drained) {
            this.drained = drained;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Seen implements SyncSession.Events {
        private final List<Changes> received = new ArrayList<>();
        private final List<Refusals> refused = new ArrayList<>();
        private List<Refusal> notTaken = List.of();
        private LinkProblem ending = LinkProblem.NONE;

        @Override
        public void heard() {}

        @Override
        public void greeted(SyncSession session) {}

        @Override
        public List<Refusal> received(SyncSession session, Changes changes) {
            received.add(changes);
            return notTaken;
        }

        @Override
        public void refused(Refusals refusals) {
            refused.add(refusals);
        }

        @Override
        public void withheld(Map<String, String> reasons) {}

        @Override
        public long sentSoFar() {
            return 0;
        }

        @Override
        public void read(long mark) {}

        @Override
        public void sent(Changes changes) {}

        @Override
        public void roundTrip(Duration duration) {}

        @Override
        public ExplainReply explain(ExplainRequest request) {
            return ExplainReply.getDefaultInstance();
        }

        @Override
        public void ended(SyncSession session, LinkProblem problem) {
            ending = problem;
        }
    }

    private static SyncMessage hello(int version, String cluster, String clusterSet) {
        return SyncMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(version)
                        .setCluster(cluster)
                        .setClusterSet(clusterSet)
                        .addFeatures("something-new")
                        .setInstance("one"))
                .build();
    }

    private static SyncMessage holdings() {
        return SyncMessage.newBuilder()
                .setHoldings(Holdings.getDefaultInstance())
                .build();
    }

    private static SyncMessage changes() {
        return SyncMessage.newBuilder()
                .setChanges(Changes.newBuilder().setComplete(true))
                .build();
    }

    private void isEndedFor(String reason) {
        assertThat(seen.ending.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(seen.ending.sentence()).contains(reason);
        assertThat(wire.closed).isTrue();
        assertThat(wire.sent.getLast().getGoodbye().getReason()).contains(reason);
        assertThat(session.isLive()).isFalse();
    }

    @Test
    void hello_and_holdings_open_a_stream_that_a_newer_version_may_hold_with_us() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(7, "tokyo", "demo"));
        session.received(SyncMessage.getDefaultInstance()); // of a kind that is not known yet

        assertThat(session.isLive()).isTrue();
        assertThat(wire.sent)
                .extracting(SyncMessage::getKindCase)
                .containsExactly(SyncMessage.KindCase.HELLO, SyncMessage.KindCase.HOLDINGS);
    }

    @Test
    void a_hello_that_names_another_cluster_than_the_certificate_is_not_believed() {
        session.received(hello(1, "nara", "demo"));

        isEndedFor("says it is cluster 'nara' with a certificate of tokyo");
    }

    @Test
    void another_clusterset_is_not_ours() {
        session.received(hello(1, "tokyo", "prod"));

        isEndedFor("is of clusterset 'prod', and we are of demo");
    }

    @Test
    void a_version_that_is_too_old_is_told_which_is_understood() {
        session.received(hello(0, "tokyo", "demo"));

        isEndedFor("the oldest that this version understands is 1");
    }

    @Test
    void nothing_comes_before_hello() {
        session.open(List.of(Holdings.getDefaultInstance()));

        session.received(changes());

        isEndedFor("before its Hello");
        assertThat(seen.received).isEmpty();
    }

    @Test
    void changes_before_our_holdings_are_not_differences_from_what_we_hold() {
        session.received(hello(1, "tokyo", "demo"));

        session.received(changes());

        isEndedFor("before it was told what we hold");
        assertThat(seen.received).isEmpty();
    }

    @Test
    void invariant_1_changes_wait_for_our_view_and_for_the_peers_holdings() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));
        session.received(holdings());
        assertThat(wire.sent).noneMatch(SyncMessage::hasChanges);

        own.publish(PreparedExports.of(Exports.named("osaka", "shop/web"), 4096));
        session.sendChanges();

        assertThat(wire.sent.getLast().getChanges().getRecordsCount()).isEqualTo(1);
        assertThat(wire.sent.getLast().getChanges().getComplete()).isTrue();
    }

    @Test
    void invariant_5_a_peer_that_does_not_read_is_sent_nothing_until_it_does_and_then_only_the_newest() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));
        session.received(holdings());
        wire.full = true;
        for (var port = 1; port <= 100; port++) {
            own.publish(PreparedExports.of(
                    Exports.with(Exports.named("osaka"), Exports.of("osaka", "shop/web", port)), 4096));
            session.sendChanges();
            session.tick();
            session.received(SyncMessage.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build());
        }
        assertThat(wire.sent).hasSize(2);

        wire.full = false;
        wire.drained.run();

        assertThat(wire.sent).hasSize(3);
        assertThat(wire.sent
                        .getLast()
                        .getChanges()
                        .getRecords(0)
                        .getPorts(0)
                        .getPort()
                        .getPort())
                .isEqualTo(100);
    }

    @Test
    void what_is_not_taken_is_told_before_the_answer_to_the_next_heartbeat_also_when_there_was_no_room() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));
        seen.notTaken = List.of(Refusal.newBuilder()
                .setKey("shop/db")
                .setReason("too many ports")
                .build());
        wire.full = true;
        session.received(changes());
        wire.full = false;

        session.received(SyncMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setSentAt(WireTime.of(Instant.EPOCH)))
                .build());
        assertThat(wire.sent).hasSize(2);
        wire.drained.run();

        assertThat(wire.sent.getLast().getRefusals().getRefusalsList()).isEqualTo(seen.notTaken);
    }

    @Test
    void a_message_that_came_in_parts_is_received_whole() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));
        var large = Exports.of("tokyo", "shop/db", 1, Map.of("note", "x".repeat(700_000)));
        var changes = Changes.newBuilder().addRecords(ExportCodec.encode(large)).build();
        var parts = Parts.of(SyncMessage.newBuilder().setChanges(changes).build());
        assertThat(parts)
                .hasSizeGreaterThan(2)
                .allSatisfy(part -> assertThat(part.getSerializedSize()).isLessThan(Bounds.MESSAGE_BYTES));

        parts.forEach(session::received);

        assertThat(seen.received).containsExactly(changes);
    }

    @Test
    void invariant_5_parts_without_an_end_end_the_stream() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));
        var part = SyncMessage.newBuilder()
                .setPart(Part.newBuilder().setPiece(ByteString.copyFrom(new byte[200_000])))
                .build();

        for (var i = 0; i < 10 && !wire.closed; i++) {
            session.received(part);
        }

        isEndedFor("sent parts that cannot be put together");
    }

    @Test
    void nothing_comes_between_the_parts_of_a_message() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));
        session.received(SyncMessage.newBuilder()
                .setPart(Part.newBuilder().setPiece(ByteString.copyFrom(new byte[2])))
                .build());

        session.received(changes());

        isEndedFor("between the parts");
    }

    @Test
    void three_heartbeats_without_a_word_end_the_stream() {
        session.open(List.of(Holdings.getDefaultInstance()));
        session.received(hello(1, "tokyo", "demo"));

        session.tick();
        session.tick();
        session.tick();
        assertThat(session.isLive()).isTrue();

        session.tick();
        assertThat(seen.ending.kind()).isEqualTo(Kind.SILENT);
        assertThat(wire.closed).isTrue();
    }
}
