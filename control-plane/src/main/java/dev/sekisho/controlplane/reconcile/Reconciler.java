package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.compiled.PolicySet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what peers, gateways and the cluster are told in step with what is known. Its state is confined to one event
/// loop; news may come from any thread, and news that come together are worked off together.
///
/// Nothing is told to anyone before this cluster has been read once and what is remembered of its peers has been
/// recalled (invariant 1).
public final class Reconciler implements PeerLinks.Home {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration GATHER_NEWS = Duration.ofMillis(10);
    private static final Duration RECALL_PEERS_WITHIN = Duration.ofSeconds(5);
    private static final Duration REFRESH_AGES = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Context context;
    private final Rules rules;
    private final Cluster cluster;
    private final PeerLinks links;
    private final Consumer<Map<ClusterName, Peer>> trust;
    private final Consumer<ClusterSetPlan> gateways;
    private final ResultsWriter writer;

    private Optional<ClusterView> view = Optional.empty();
    private HeardPeers peers = HeardPeers.NONE;
    private Optional<Map<ServiceName, Export>> published = Optional.empty();
    private Map<ServiceName, String> untold = Map.of();
    private Optional<Listening> listening = Optional.empty();
    private Listening listeningElsewhere = Listening.NOBODY;
    private boolean peersRecalled;
    private volatile boolean leading;
    private boolean scheduled;
    private boolean stopped;
    private OptionalLong refreshTimer = OptionalLong.empty();
    private volatile Optional<Situation> situation = Optional.empty();
    private final Promise<Void> firstPlan = Promise.promise();

    /// @param trust told the linked peers before anyone is dialled
    /// @param gateways told each plan; its routes may be the last one's
    public Reconciler(
            Vertx vertx,
            Context context,
            Rules rules,
            Cluster cluster,
            PeerLinks links,
            Consumer<Map<ClusterName, Peer>> trust,
            Consumer<ClusterSetPlan> gateways) {
        this.vertx = vertx;
        this.context = context;
        this.rules = rules;
        this.cluster = cluster;
        this.links = links;
        this.trust = trust;
        this.gateways = gateways;
        this.writer = new ResultsWriter(vertx, cluster);
    }

    /// @return completes when the cluster is being watched
    public Future<Void> start() {
        cluster.onListeningElsewhere(this::listeningElsewhere);
        return links.start(this)
                .compose(_ -> cluster.start(this::viewChanged))
                .onSuccess(_ -> onLoop(this::keepAgesFresh));
    }

    /// From now on results are written and peers are talked to; before, only gateways are told. For control planes of
    /// which only one replica may do so. Called once at most, after [#start].
    ///
    /// @return completes when peers may link
    public Future<Void> lead() {
        return links.lead()
                .onSuccess(_ -> onLoop(() -> {
                    leading = true;
                    write();
                }));
    }

    private void keepAgesFresh() {
        if (!stopped) {
            refreshTimer = OptionalLong.of(vertx.setPeriodic(REFRESH_AGES.toMillis(), _ -> onLoop(this::write)));
        }
    }

    /// Links are closed first, so that nothing more is written when the cluster is let go.
    public Future<Void> stop() {
        var done = Promise.<Void>promise();
        onLoop(() -> {
            stopped = true;
            refreshTimer.ifPresent(vertx::cancelTimer);
            links.stop()
                    .onComplete(_ -> onLoop(
                            () -> writer.stop().transform(_ -> cluster.stop()).onComplete(done)));
        });
        return done.future();
    }

    /// Whether this replica writes to the cluster and talks to peers. Any thread.
    public boolean leads() {
        return leading;
    }

    /// For how long not all results could be written to the cluster; zero while all is well. Any thread.
    public Duration unwrittenFor() {
        return writer.failingFor();
    }

    /// Empty before the first plan. Any thread.
    public Optional<Situation> situation() {
        return situation;
    }

    /// Completes with the first plan.
    public Future<Void> planned() {
        return firstPlan.future();
    }

    /// What the first plan waits for, in words for an operator; empty when it is in force. Any thread.
    public List<String> waitingFor() {
        if (situation.isPresent()) {
            return List.of();
        }
        var missing = cluster.waitingFor();
        return missing.isEmpty() ? List.of("what is remembered of the peers' exports, and the first plan") : missing;
    }

    /// What the gateways that follow us say of their listeners; until then they are taken to be open. Any thread.
    public void listening(Listening said) {
        onLoop(() -> {
            listening = Optional.of(said);
            cluster.shareListening(said);
            schedule();
        });
    }

    private void listeningElsewhere(Listening said) {
        onLoop(() -> {
            listeningElsewhere = said;
            schedule();
        });
    }

    private void viewChanged(ClusterView changed) {
        onLoop(() -> {
            if (stopped) {
                return;
            }
            view = Optional.of(changed);
            link(changed);
            schedule();
        });
    }

    @Override
    public void exportsChanged(PeerExports changed) {
        onLoop(() -> {
            if (peers.isLinked(changed.peer())) {
                peers = peers.heard(changed);
                schedule();
            }
        });
    }

    @Override
    public void exportsRefused(ClusterName peer, Map<ServiceName, String> reasons) {
        onLoop(() -> {
            if (peers.isLinked(peer)) {
                peers = peers.refusing(peer, reasons);
                schedule();
            }
        });
    }

    @Override
    public void statusChanged(ClusterName peer, PeerStatus status) {
        onLoop(() -> {
            var isNews = peers.isNews(peer, status);
            peers = peers.withStatus(peer, status);
            // When only the age has moved, the next refresh writes it.
            if (isNews) {
                schedule();
            }
        });
    }

    private void link(ClusterView changed) {
        var others = new HashMap<>(changed.peers());
        others.remove(rules.cluster());
        var before = peers.linked();
        if (before.filter(others::equals).isPresent()) {
            return;
        }
        if (before.isEmpty()) {
            vertx.setTimer(RECALL_PEERS_WITHIN.toMillis(), _ -> onLoop(this::recallNoLonger));
        }
        peers = peers.relinked(others);
        trust.accept(others);
        links.link(others);
    }

    private void recallNoLonger() {
        if (!peersRecalled && !stopped) {
            log.atWarn()
                    .addKeyValue("peers", peers.unrecalled())
                    .addKeyValue("after", RECALL_PEERS_WITHIN)
                    .log("What is remembered of peers could not be recalled; going on without it");
            peersRecalled = true;
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled && !stopped) {
            scheduled = true;
            vertx.setTimer(GATHER_NEWS.toMillis(), _ -> onLoop(this::reconcile));
        }
    }

    private void reconcile() {
        scheduled = false;
        peersRecalled |= peers.areRecalled();
        if (view.isEmpty() || !peersRecalled || stopped) {
            return;
        }
        var seen = view.get();
        var before = situation;
        var planned = ClusterSetPlan.of(rules, seen, peers.exports(), before.map(Situation::plan));
        tellWhatIsNew(before.map(Situation::plan), planned);
        if (published.isEmpty() || !published.get().equals(planned.exports())) {
            published = Optional.of(planned.exports());
            publish(planned.exports());
        }
        var told = planned.told(untold, peers.refused());
        var plan = listening
                .map(heard -> told.heard(rules, heard.and(listeningElsewhere)))
                .orElse(told);
        situation = Optional.of(new Situation(seen, plan, policies(seen, before), peers.allStatuses()));
        gateways.accept(plan);
        firstPlan.tryComplete();
        write();
    }

    private void publish(Map<ServiceName, Export> own) {
        var before = untold;
        untold = Map.copyOf(links.publish(own));
        var more = new HashMap<>(untold);
        more.keySet().removeAll(before.keySet());
        if (!more.isEmpty()) {
            log.atWarn()
                    .addKeyValue("services", more.keySet())
                    .log(
                            "Linked clusters cannot be told of exports; see the Ready condition of the ServiceExports: {}",
                            more.values().iterator().next());
        }
    }

    private PolicySet policies(ClusterView seen, Optional<Situation> before) {
        return before.map(situation -> situation.policies().with(rules.policyScope(seen), seen.policies()))
                .orElseGet(() -> new PolicySet(rules.policyScope(seen), seen.policies()));
    }

    private static void tellWhatIsNew(Optional<ClusterSetPlan> before, ClusterSetPlan plan) {
        var known = before.map(ClusterSetPlan::outOfRoom).orElse(Set.of());
        if (!known.containsAll(plan.outOfRoom())) {
            log.atWarn()
                    .addKeyValue("imports", plan.outOfRoom())
                    .log("There is no room for imports; make importAddresses or listenPorts larger");
        }
        var conflicts = new HashSet<>(plan.conflicts());
        conflicts.removeAll(before.map(ClusterSetPlan::conflicts).orElse(Set.of()));
        if (!conflicts.isEmpty()) {
            log.atWarn()
                    .addKeyValue("services", conflicts)
                    .log("Clusters export a service differently; see the Conflict condition of its ServiceExport");
        }
    }

    private void write() {
        situation.filter(_ -> !stopped && leading).ifPresent(now -> {
            var current = new Situation(now.view(), now.plan(), now.policies(), peers.allStatuses());
            situation = Optional.of(current);
            var plan = current.plan();
            writer.write(new Results(
                    plan.imports(),
                    plan.held(),
                    plan.importConditions(),
                    plan.exportConditions(),
                    plan.passes(),
                    current.peers()));
        });
    }

    private void onLoop(Runnable work) {
        context.runOnContext(_ -> work.run());
    }
}
