package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.peers.LinkProblem.Kind;
import dev.sekisho.controlplane.peers.SyncSession.Dialled;
import dev.sekisho.controlplane.peers.records.PeerRecords;
import dev.sekisho.controlplane.peers.records.PeerVersions;
import dev.sekisho.controlplane.peers.records.RefusedExports;
import dev.sekisho.controlplane.reconcile.PeerLinks.Answers;
import dev.sekisho.controlplane.reconcile.PeerLinks.Home;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.sync.v1.HeldExports;
import dev.sekisho.sync.v1.Refusals;
import dev.sekisho.sync.v1.Refusals.Refusal;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The link with one peer: keeps a stream up, whoever dials it, and holds what the peer exports whether there is one
/// or not. Confined to the links' event loop.
///
/// The cluster with the smaller name dials. The other waits a little for that and then dials as well, since the first
/// may be unable to reach it; of two streams that come about so, both sides drop the same.
final class PeerLink implements SyncSession.Events {
    private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
    /// More only come from a peer that opens streams faster than both sides drop them.
    private static final int MOST_SESSIONS = 4;
    /// Two that take turns meet again long before: the longest pause between dials is a quarter of it.
    private static final int HEARTBEATS_UNTIL_ONE = 12;

    private final Links links;
    private final Home home;
    private final Answers answers;
    private final PeerRecords records;
    private final PeerVersions versions = new PeerVersions();
    private final RefusedExports refused = new RefusedExports();
    private final PeerInstances instances;
    private final PeerMeters meters;
    private final KeptExports.Saver saver;
    private final Redial redial;
    // In the order in which they came.
    private final List<SyncSession> sessions = new ArrayList<>();
    private Peer peer;
    private boolean loaded;
    private boolean closed;
    private Optional<Instant> heardAt = Optional.empty();
    private LinkProblem problem = LinkProblem.NONE;
    private Optional<PeerStatus> told = Optional.empty();
    private Map<ServiceName, String> toldRefused = Map.of();
    private boolean two;

    PeerLink(Links links, Home home, Answers answers, Peer peer) {
        this.links = links;
        this.home = home;
        this.answers = answers;
        this.peer = peer;
        this.records = new PeerRecords(peer.name(), links.settings().bounds());
        this.instances = new PeerInstances(links.settings().timing().heartbeat().multipliedBy(HEARTBEATS_UNTIL_ONE));
        this.meters = new PeerMeters(links.registry(), peer.name(), links.clock());
        this.saver = links.kept().saver(peer.name(), records::toKeep);
        this.redial = new Redial(links.vertx(), links.settings().timing(), links.random(), this::dial);
    }

    /// Recalls what the peer exported when last heard of, then sees to a stream.
    ///
    /// @param known what it exports as far as was known before; for when the store cannot say
    void open(Optional<HeldExports> known) {
        problem = new LinkProblem(Kind.NOT_TRIED_YET, "no stream with " + peer.name() + " has come up yet");
        links.kept().load(peer.name()).onComplete(kept -> {
            if (kept.succeeded()) {
                recalled(kept.result().or(() -> known));
            } else {
                KeptExports.tell(peer.name(), kept.cause());
                recalled(known);
            }
        });
    }

    private void recalled(Optional<HeldExports> kept) {
        if (closed) {
            return;
        }
        loaded = true;
        kept.ifPresent(exports -> {
            records.restore(exports);
            exportsChanged();
        });
        List.copyOf(sessions).forEach(session -> session.open(records.holdings()));
        tellStatus();
        if (sessions.isEmpty()) {
            redial.after(
                    weDialFirst() ? Duration.ZERO : links.settings().timing().yieldToPeer());
        }
    }

    private boolean weDialFirst() {
        return links.self().cluster().compareTo(peer.name()) < 0;
    }

    /// The Peer object was edited.
    void replace(Peer edited) {
        var before = peer;
        peer = edited;
        if (!before.caBundle().equals(edited.caBundle())) {
            closeSessions(new LinkProblem(Kind.NOT_TRIED_YET, "the Peer object for this link was changed"));
        }
        if (!before.equals(edited) && sessions.isEmpty() && loaded) {
            redial.reset();
            redial.after(Duration.ZERO);
        }
    }

    /// The stream is the link's from here on; what arrives goes to the session that is returned.
    SyncSession accept(SyncWire wire, Dialled dialled) {
        var session = links.session(peer.name(), dialled, wire, versions, this);
        sessions.add(session);
        if (sessions.size() > MOST_SESSIONS) {
            sessions.getFirst().close(new LinkProblem(Kind.PROTOCOL, "too many streams at once; the oldest goes"));
        }
        redial.cancel();
        return session;
    }

    /// Once the wire of an accepted stream can carry messages.
    void opened(SyncSession session) {
        if (closed) {
            // It was dialled before the link was ended.
            session.close(new LinkProblem(Kind.STREAM_ENDED, "this link was ended meanwhile"));
        } else if (loaded) {
            session.open(records.holdings());
        }
    }

    private void dial() {
        if (closed || !sessions.isEmpty()) {
            return;
        }
        if (peer.endpoint().isEmpty()) {
            setProblem(new LinkProblem(
                    Kind.NO_ENDPOINT,
                    peer.name() + " has not dialled us; Peer " + peer.name()
                            + " has no spec.endpoint, so we cannot dial it"));
            return;
        }
        var endpoint = peer.endpoint().get();
        redial.dialling();
        links.dialer()
                .dial(peer.name(), endpoint, wire -> accept(wire, Dialled.BY_US))
                .onComplete(dialled -> {
                    redial.dialled();
                    if (dialled.succeeded()) {
                        meters.dialled("connected");
                        opened(dialled.result());
                    } else {
                        dialFailed(endpoint, dialled.cause());
                    }
                });
    }

    private void dialFailed(HostPort endpoint, Throwable failure) {
        meters.dialled("failed");
        if (!closed && sessions.isEmpty()) {
            setProblem(LinkProblem.ofDial(peer.name(), endpoint, failure));
            redial.afterPause();
        }
    }

    @Override
    public void heard() {
        heardAt = Optional.of(links.clock().instant());
        heardAt.ifPresent(meters::heard);
    }

    @Override
    public void greeted(SyncSession session) {
        session.peerInstance()
                .ifPresent(instance -> instances.greeted(instance, links.clock().instant()));
        lookForTwo();
        for (var other : List.copyOf(sessions)) {
            if (other != session && other.isLive()) {
                var drop = redundant(other, session);
                drop.close(new LinkProblem(Kind.STREAM_ENDED, "another stream between the two clusters serves"));
            }
        }
        redial.cancel();
        if (problem.kind() != Kind.NONE) {
            log.atInfo().addKeyValue("peer", peer.name()).log("The link with a peer is up");
        }
        setProblem(LinkProblem.NONE);
        meters.connected(true);
    }

    /// Of two streams the one to drop, by what both sides know of them.
    private SyncSession redundant(SyncSession older, SyncSession newer) {
        var peerRestarted = !older.peerInstance().equals(newer.peerInstance());
        if (peerRestarted || older.dialled() == newer.dialled()) {
            return older;
        }
        var wanted = weDialFirst() ? Dialled.BY_US : Dialled.BY_PEER;
        return older.dialled() == wanted ? newer : older;
    }

    private void lookForTwo() {
        var before = two;
        two = instances.areTwo(links.clock().instant());
        if (two && !before) {
            log.atWarn()
                    .addKeyValue("peer", peer.name())
                    .addKeyValue("reason", twoLive())
                    .log("Two live control planes claim to be one peer");
        }
    }

    private String twoLive() {
        return "two control planes say they are " + peer.name() + " and take turns, so what it exports changes back and"
                + " forth; stop the copy, or give it a name and a CA of its own";
    }

    @Override
    public List<Refusal> received(SyncSession session, Changes changes) {
        var applied = records.apply(session.peerInstance().orElse(""), changes);
        meters.records("received", changes.getRecordsCount());
        meters.records("stale", applied.stale());
        logRefused(applied.refused());
        if (applied.changed()) {
            exportsChanged();
            saver.changed();
            tellStatus();
        }
        return applied.refused().stream()
                .filter(one -> one.refusal() != PeerRecords.Refusal.FOREIGN_ORIGIN)
                .map(one -> Refusal.newBuilder()
                        .setKey(one.key())
                        .setReason(one.reason())
                        .setForRoom(one.refusal() == PeerRecords.Refusal.TOO_MANY)
                        .build())
                .toList();
    }

    @Override
    public void refused(Refusals refusals) {
        refused.refused(refusals, links.self().exports().records().keySet());
        tellRefused();
    }

    @Override
    public void withheld(Map<String, String> reasons) {
        refused.withheld(reasons);
        tellRefused();
    }

    @Override
    public long sentSoFar() {
        return refused.mark();
    }

    @Override
    public void read(long mark) {
        refused.read(mark);
        tellRefused();
    }

    private void tellRefused() {
        var now = refused.all();
        if (!closed && !toldRefused.equals(now)) {
            if (!toldRefused.keySet().containsAll(now.keySet())) {
                log.atWarn()
                        .addKeyValue("peer", peer.name())
                        .addKeyValue("exports", now.size())
                        .log("A peer does not take exports of ours; see the Ready condition of the ServiceExports");
            }
            toldRefused = Map.copyOf(now);
            home.exportsRefused(peer.name(), toldRefused);
        }
    }

    private void exportsChanged() {
        meters.exports(records.size());
        home.exportsChanged(records.exports());
    }

    private void logRefused(List<PeerRecords.Refused> refused) {
        var byReason = new EnumMap<PeerRecords.Refusal, List<PeerRecords.Refused>>(PeerRecords.Refusal.class);
        refused.forEach(one ->
                byReason.computeIfAbsent(one.refusal(), _ -> new ArrayList<>()).add(one));
        byReason.forEach((refusal, all) -> {
            meters.records(refusal.label(), all.size());
            log.atWarn()
                    .addKeyValue("peer", peer.name())
                    .addKeyValue("refusal", refusal.label())
                    .addKeyValue("records", all.size())
                    .addKeyValue("first", all.getFirst().key())
                    .addKeyValue("reason", all.getFirst().reason())
                    .log(
                            refusal == PeerRecords.Refusal.FOREIGN_ORIGIN
                                    ? "Export records of a peer were not taken"
                                    : "Export records of a peer were not taken, and what was held of these services goes");
        });
    }

    @Override
    public void sent(Changes changes) {
        refused.sent(changes);
        meters.records("sent", changes.getRecordsCount());
        meters.withdrawalsSent(changes.getWithdrawalsCount());
    }

    @Override
    public void roundTrip(Duration duration) {
        meters.roundTrip(duration);
    }

    @Override
    public ExplainReply explain(ExplainRequest request) {
        return answers.explain(peer.name(), request);
    }

    @Override
    public void ended(SyncSession session, LinkProblem why) {
        sessions.remove(session);
        if (closed || !sessions.isEmpty()) {
            return;
        }
        meters.connected(false);
        setProblem(why);
        if (session.dialled() == Dialled.BY_US) {
            redial.afterPause();
        } else {
            redial.after(links.settings().timing().yieldToPeer());
        }
    }

    void ownExportsChanged() {
        List.copyOf(sessions).forEach(SyncSession::sendChanges);
    }

    /// Called once per heartbeat interval.
    void tick() {
        for (var session : List.copyOf(sessions)) {
            session.tick();
            if (session.isLive()) {
                redial.reset();
            }
        }
        saver.saveIfWanted();
        lookForTwo();
        tellStatus();
    }

    Future<ExplainReply> ask(ExplainRequest request) {
        return sessions.stream()
                .filter(SyncSession::isLive)
                .findFirst()
                .map(session -> session.explain(request))
                .orElseGet(() -> Future.failedFuture(peer.name() + " is not linked: " + problem.sentence()));
    }

    private void setProblem(LinkProblem now) {
        var before = problem;
        problem = now.kind() == Kind.NONE ? now : bundleProblem().orElse(now);
        if (problem.kind() != Kind.NONE && problem.kind() != before.kind()) {
            log.atWarn()
                    .addKeyValue("peer", peer.name())
                    .addKeyValue("reason", problem.sentence())
                    .log("The link with a peer is down; its last known exports stay");
        }
        tellStatus();
    }

    private Optional<LinkProblem> bundleProblem() {
        return LinkProblem.ofBundle(
                peer, links.self().clusterSet(), links.clock().instant());
    }

    private void tellStatus() {
        var connected = sessions.stream().anyMatch(SyncSession::isLive);
        var trouble = connected ? (two ? twoLive() : "") : problem.sentence();
        var status = new PeerStatus(connected, heardAt, trouble, records.size());
        if (!closed && !told.equals(Optional.of(status))) {
            told = Optional.of(status);
            home.statusChanged(peer.name(), status);
        }
    }

    private void closeSessions(LinkProblem why) {
        List.copyOf(sessions).forEach(session -> session.close(why));
    }

    /// Ends the link for good.
    ///
    /// @param why told to the peer
    void close(String why) {
        closed = true;
        redial.cancel();
        closeSessions(new LinkProblem(Kind.STREAM_ENDED, why));
        meters.close();
    }

    /// The peer was expelled: nothing of it is kept.
    void expel() {
        saver.stop();
        close(peer.name() + " is not linked with " + links.self().cluster() + " any more");
    }

    ClusterName peer() {
        return peer.name();
    }
}
