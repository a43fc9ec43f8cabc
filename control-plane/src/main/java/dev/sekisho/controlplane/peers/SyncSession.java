package dev.sekisho.controlplane.peers;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sekisho.controlplane.peers.LinkProblem.Kind;
import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.peers.records.Differences;
import dev.sekisho.controlplane.peers.records.OwnExports;
import dev.sekisho.controlplane.peers.records.Parts;
import dev.sekisho.controlplane.peers.records.PeerVersions;
import dev.sekisho.controlplane.peers.records.WireTime;
import dev.sekisho.controlplane.tls.PeerText;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.sync.v1.Answer;
import dev.sekisho.sync.v1.Ask;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.sync.v1.Goodbye;
import dev.sekisho.sync.v1.Heartbeat;
import dev.sekisho.sync.v1.Hello;
import dev.sekisho.sync.v1.Holdings;
import dev.sekisho.sync.v1.Part;
import dev.sekisho.sync.v1.Refusals;
import dev.sekisho.sync.v1.Refusals.Refusal;
import dev.sekisho.sync.v1.SyncMessage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The sync protocol on one stream, the same at both ends: Hello and Holdings at once, Changes as soon as it is known
/// what the other side holds and what we export, Heartbeats from then on. Confined to the links' event loop.
final class SyncSession implements SyncWire.Reader {
    static final int PROTOCOL_VERSION = 1;
    private static final int MOST_REFUSALS = 100;
    private static final int SILENT_HEARTBEATS = 3;

    private final Self self;
    private final ClusterName peer;
    private final Dialled dialled;
    private final SyncWire wire;
    private final Questions questions;
    private final PeerVersions versions;
    private final Differences differences;
    private final Bounds bounds;
    private final Parts parts;
    // What we owe the peer an answer for; sent when there is room.
    private final Map<String, Refusal> refusalsOwed = new LinkedHashMap<>();
    private final InstantSource clock;
    private final Events events;
    private Optional<String> peerInstance = Optional.empty();
    private boolean opened;
    private boolean holdingsKnown;
    private boolean closed;
    private int silence;
    private Instant lastHeartbeat = Instant.EPOCH;
    private long sentBeforeHeartbeat;

    /// This side of every stream.
    ///
    /// @param instance drawn at each start, so that the other side sees a restart
    record Self(ClusterName cluster, ClusterSetName clusterSet, String instance, OwnExports exports) {}

    /// Which side opened the stream.
    enum Dialled {
        BY_US,
        BY_PEER
    }

    /// What the link does with what happens here.
    interface Events {
        void heard();

        void greeted(SyncSession session);

        /// @return what is not taken of it
        List<Refusal> received(SyncSession session, Changes changes);

        void sent(Changes changes);

        void refused(Refusals refusals);

        /// @param reasons why records are not sent to this peer, by key
        void withheld(Map<String, String> reasons);

        /// How much was sent so far, for [#read].
        long sentSoFar();

        /// The peer has read what was sent so far at `mark`, and has said what it refuses of it.
        void read(long mark);

        void roundTrip(Duration duration);

        ExplainReply explain(ExplainRequest request);

        /// Called once, and last.
        void ended(SyncSession session, LinkProblem problem);
    }

    SyncSession(
            Self self,
            ClusterName peer,
            Dialled dialled,
            SyncWire wire,
            Questions questions,
            PeerVersions versions,
            Bounds bounds,
            InstantSource clock,
            Events events) {
        this.self = self;
        this.peer = peer;
        this.dialled = dialled;
        this.wire = wire;
        this.questions = questions;
        this.versions = versions;
        this.differences = new Differences(bounds, versions);
        this.bounds = bounds;
        this.parts = new Parts(bounds);
        this.clock = clock;
        this.events = events;
    }

    /// Says who we are and what we hold of the peer's exports.
    void open(List<Holdings> weHold) {
        if (opened || closed) {
            return;
        }
        opened = true;
        wire.onDrain(() -> {
            sendRefusals();
            sendChanges();
        });
        wire.send(SyncMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(PROTOCOL_VERSION)
                        .setCluster(self.cluster().value())
                        .setClusterSet(self.clusterSet().value())
                        .setInstance(self.instance())
                        .setRecordBytes(bounds.recordBytes()))
                .build());
        weHold.forEach(
                part -> wire.send(SyncMessage.newBuilder().setHoldings(part).build()));
    }

    @Override
    public void received(SyncMessage message) {
        if (closed) {
            return;
        }
        silence = 0;
        if (peerInstance.isEmpty() && !message.hasHello() && !message.hasGoodbye()) {
            broken("spoke before its Hello");
            return;
        }
        events.heard();
        if (message.hasPart()) {
            part(message.getPart());
        } else if (parts.isUnderWay()) {
            broken("sent a message between the parts of another");
        } else {
            whole(message);
        }
    }

    private void part(Part part) {
        try {
            parts.add(part).ifPresent(this::whole);
        } catch (InvalidProtocolBufferException e) {
            broken("sent parts that cannot be put together: " + e.getMessage());
        }
    }

    private void whole(SyncMessage message) {
        switch (message.getKindCase()) {
            case HELLO -> hello(message.getHello());
            case HOLDINGS -> theyHold(message.getHoldings());
            case CHANGES -> changes(message.getChanges());
            case HEARTBEAT -> heartbeat(message.getHeartbeat());
            case ASK -> asked(message.getAsk());
            case ANSWER -> questions.answered(message.getAnswer());
            case GOODBYE -> goodbye(message.getGoodbye());
            case REFUSALS -> refused(message.getRefusals());
            case PART -> broken("sent a part in parts");
            case KIND_NOT_SET -> {} // of a newer version, which must do without an answer
        }
    }

    private void hello(Hello hello) {
        if (peerInstance.isPresent()) {
            broken("said Hello twice");
        } else if (!hello.getCluster().equals(peer.value())) {
            broken("says it is cluster '" + hello.getCluster() + "' with a certificate of " + peer);
        } else if (!hello.getClusterSet().equals(self.clusterSet().value())) {
            broken("is of clusterset '" + hello.getClusterSet() + "', and we are of " + self.clusterSet());
        } else if (hello.getProtocolVersion() < PROTOCOL_VERSION) {
            broken("speaks sync protocol version " + Integer.toUnsignedString(hello.getProtocolVersion())
                    + ", and the oldest that this version understands is " + PROTOCOL_VERSION);
        } else {
            peerInstance = Optional.of(hello.getInstance());
            if (hello.getRecordBytes() != 0) {
                differences.theyTake((int) Math.min(Integer.toUnsignedLong(hello.getRecordBytes()), Integer.MAX_VALUE));
            }
            events.greeted(this);
        }
    }

    private void theyHold(Holdings holdings) {
        if (holdingsKnown) {
            broken("sent its Holdings twice");
            return;
        }
        if (!differences.theyHold(holdings)) {
            broken("claims to hold what no cluster can export");
            return;
        }
        holdings.getDigestsList().forEach(held -> versions.outgrow(held, self.exports()));
        if (!holdings.getMore()) {
            holdingsKnown = true;
            sendChanges();
        }
    }

    /// Sends what the peer does not have yet, as far as there is room; the rest follows by itself.
    void sendChanges() {
        while (!closed && holdingsKnown && !wire.isFull()) {
            var changes = differences.next(self.exports());
            events.withheld(differences.withheld());
            if (changes.isEmpty()) {
                return;
            }
            Parts.of(SyncMessage.newBuilder().setChanges(changes.get()).build()).forEach(wire::send);
            events.sent(changes.get());
        }
    }

    private void changes(Changes changes) {
        if (!opened) {
            broken("sent Changes before it was told what we hold");
            return;
        }
        for (var refusal : events.received(this, changes)) {
            if (refusalsOwed.size() < bounds.recordsPerPeer()) {
                refusalsOwed.put(refusal.getKey(), refusal);
            }
        }
        sendRefusals();
    }

    private void sendRefusals() {
        while (!closed && !refusalsOwed.isEmpty() && !wire.isFull()) {
            var batch = refusalsOwed.values().stream().limit(MOST_REFUSALS).toList();
            batch.forEach(refusal -> refusalsOwed.remove(refusal.getKey()));
            wire.send(SyncMessage.newBuilder()
                    .setRefusals(Refusals.newBuilder().addAllRefusals(batch))
                    .build());
        }
    }

    private void refused(Refusals refusals) {
        events.refused(refusals);
        refusals.getRefusalsList().stream()
                .filter(Refusal::getForRoom)
                .map(Refusal::getKey)
                .forEach(differences::refusedForRoom);
    }

    /// Called once per heartbeat interval: says that we live, and ends a stream on which nothing was heard for three.
    void tick() {
        if (closed) {
            return;
        }
        if (silence++ >= SILENT_HEARTBEATS) {
            close(new LinkProblem(
                    Kind.SILENT,
                    peer + " has not been heard for " + SILENT_HEARTBEATS + " heartbeats, so the connection is"
                            + " given up; check the network between the clusters and that its control plane runs"));
            return;
        }
        if (opened && !wire.isFull()) {
            lastHeartbeat = clock.instant();
            sentBeforeHeartbeat = events.sentSoFar();
            wire.send(SyncMessage.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setSentAt(WireTime.of(lastHeartbeat)))
                    .build());
        }
    }

    private void heartbeat(Heartbeat heartbeat) {
        if (heartbeat.hasAnswers() && heartbeat.getAnswers().equals(WireTime.of(lastHeartbeat))) {
            events.read(sentBeforeHeartbeat);
            var roundTrip = Duration.between(lastHeartbeat, clock.instant());
            if (!roundTrip.isNegative()) { // the clock may have been set back
                events.roundTrip(roundTrip);
            }
        }
        // Whoever asks takes our answer to mean that nothing more is refused.
        if (heartbeat.hasSentAt() && refusalsOwed.isEmpty() && !wire.isFull()) {
            wire.send(SyncMessage.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setAnswers(heartbeat.getSentAt()))
                    .build());
        }
    }

    Future<ExplainReply> explain(ExplainRequest request) {
        return questions.ask(request);
    }

    private void asked(Ask ask) {
        if (wire.isFull()) {
            return; // a peer that asks faster than it reads does without answers
        }
        var answer = Answer.newBuilder().setId(ask.getId());
        if (!ask.hasExplain()) {
            answer.setProblem("this version does not know the question");
        } else if (!ask.getExplain().getCaller().getCluster().equals(peer.value())) {
            answer.setProblem(peer + " may ask about callers of " + peer + " only");
        } else {
            try {
                answer.setExplain(events.explain(ask.getExplain()));
            } catch (IllegalArgumentException e) {
                answer.setProblem(PeerText.printable("the question is not valid: " + e.getMessage()));
            }
        }
        wire.send(SyncMessage.newBuilder().setAnswer(answer).build());
    }

    private void goodbye(Goodbye goodbye) {
        finish(new LinkProblem(
                Kind.SAID_GOODBYE, peer + " closed the link: " + PeerText.printable(goodbye.getReason())));
        wire.close();
    }

    private void broken(String what) {
        close(new LinkProblem(Kind.PROTOCOL, peer + " " + PeerText.printable(what)));
    }

    /// Ends the stream and tells the peer why.
    void close(LinkProblem problem) {
        if (!closed) {
            wire.send(SyncMessage.newBuilder()
                    .setGoodbye(Goodbye.newBuilder().setReason(problem.sentence()))
                    .build());
            finish(problem);
            wire.close();
        }
    }

    @Override
    public void ended(String how) {
        if (dialled == Dialled.BY_US && peerInstance.isEmpty()) {
            finish(LinkProblem.ourCertificateRefused(peer, how.isEmpty() ? "it gives no reason" : how));
            return;
        }
        finish(new LinkProblem(
                Kind.STREAM_ENDED,
                "the link with " + peer + " ended" + (how.isEmpty() ? "" : ": " + how)
                        + "; check that its control plane runs"));
    }

    private void finish(LinkProblem problem) {
        if (!closed) {
            closed = true;
            questions.streamEnded();
            events.ended(this, problem);
        }
    }

    /// Whether both sides have said Hello.
    boolean isLive() {
        return !closed && opened && peerInstance.isPresent();
    }

    /// The peer's [Self#instance]; empty before its Hello.
    Optional<String> peerInstance() {
        return peerInstance;
    }

    Dialled dialled() {
        return dialled;
    }
}
