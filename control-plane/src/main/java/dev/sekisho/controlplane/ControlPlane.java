package dev.sekisho.controlplane;

import dev.sekisho.controlplane.StartOrder.Part;
import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.admin.AdminServer;
import dev.sekisho.controlplane.admin.ExplainPage;
import dev.sekisho.controlplane.admin.StatusPage;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.OwnPools;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.controlplane.explain.Explainer;
import dev.sekisho.controlplane.feed.RouteFeed;
import dev.sekisho.controlplane.peers.SyncSettings;
import dev.sekisho.controlplane.peers.SyncedPeers;
import dev.sekisho.controlplane.peers.records.PeerFiles;
import dev.sekisho.controlplane.reconcile.Cluster;
import dev.sekisho.controlplane.reconcile.PeerLinks;
import dev.sekisho.controlplane.reconcile.Reconciler;
import dev.sekisho.controlplane.standalone.StandaloneCluster;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustBundles;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// The control plane of one cluster. Any thread.
public final class ControlPlane {
    private final StartOrder order;
    private final AdminServer admin;
    private final RouteFeed feed;
    private final Reconciler reconciler;

    private ControlPlane(StartOrder order, AdminServer admin, RouteFeed feed, Reconciler reconciler) {
        this.order = order;
        this.admin = admin;
        this.feed = feed;
        this.reconciler = reconciler;
    }

    /// One replica of several that serve a Kubernetes cluster.
    ///
    /// @param client stays open
    public static KubernetesReplica onKubernetes(
            KubernetesSettings settings, KubernetesClient client, Vertx vertx, InstantSource clock) {
        return new KubernetesReplica(settings, client, vertx, clock);
    }

    /// The control plane of a folder of YAML, which has nobody to share it with: whoever starts it has it [#lead].
    ///
    /// @param identity by which it speaks to gateways and peers
    /// @param bundles those that `identity` believes by
    public static ControlPlane ofFolder(
            StandaloneSettings settings, TlsIdentity identity, TrustBundles bundles, Vertx vertx, InstantSource clock) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var listen = settings.listen();
        var links = new SyncedPeers(
                vertx,
                SyncSettings.listeningOn(listen.sync()),
                identity,
                new PeerFiles(settings.stateDirectory().resolve("peers")),
                clock,
                new SecureRandom(),
                registry);
        var rules = new Rules(
                settings.cluster(),
                settings.clusterSet(),
                new OwnPools(settings.importAddresses()),
                settings.labels(),
                settings.traffic().policyMode());
        return assemble(
                new ControlPlaneSettings(
                        rules,
                        listen.feed(),
                        new AdminListen("listen.controlPlaneAdmin", listen.controlPlaneAdmin(), Optional.empty())),
                vertx,
                clock,
                new StandaloneCluster(settings, clock),
                links,
                identity,
                bundles,
                Optional::empty,
                registry);
    }

    /// The whole control plane, wired by hand. Each line needs only the lines above it.
    ///
    /// @param cluster what it serves: a Kubernetes API server or a folder of YAML; started and stopped here
    /// @param links to the peers; started and stopped here
    /// @param bundles those that `identity` believes by; the linked peers are kept up to date in them
    /// @param leader the name of the replica that leads, for operators; empty when none is known to
    public static ControlPlane assemble(
            ControlPlaneSettings settings,
            Vertx vertx,
            InstantSource clock,
            Cluster cluster,
            PeerLinks links,
            TlsIdentity identity,
            TrustBundles bundles,
            Supplier<Optional<String>> leader,
            PrometheusMeterRegistry registry) {
        var context = vertx.getOrCreateContext();
        var meters = new ControlPlaneMeters(registry);
        var renewal = new CertificateRenewal(vertx, identity, clock, meters);
        var feed = new RouteFeed(vertx, context, settings.feed(), identity, clock, meters);
        var reconciler = new Reconciler(
                vertx,
                context,
                settings.rules(),
                cluster,
                links,
                new LinkedBundles(bundles)::replace,
                plan -> feed.publish(plan.routes(), plan.keptRoutes()));
        feed.onListening(reconciler::listening);
        var explainer = new Explainer(settings.rules().cluster(), reconciler::situation, links);
        links.answerWith(explainer::answer);
        measure(meters, reconciler);
        var admin = new AdminServer(
                vertx,
                settings.admin(),
                registry::scrape,
                reconciler::waitingFor,
                new StatusPage(identity, reconciler, feed, clock, leader),
                new ExplainPage(explainer));
        // The admin page comes early, so that it can say what the rest waits for.
        var order = new StartOrder(List.of(
                new Part(renewal::start, renewal::stop),
                new Part(admin::start, admin::stop),
                new Part(feed::start, feed::stop),
                new Part(reconciler::start, reconciler::stop)));
        return new ControlPlane(order, admin, feed, reconciler);
    }

    private static void measure(ControlPlaneMeters meters, Reconciler reconciler) {
        meters.gauge(
                ControlPlaneMeter.EXPORTS,
                "true",
                planned(reconciler, plan -> plan.exports().size()));
        meters.gauge(
                ControlPlaneMeter.EXPORTS,
                "false",
                planned(
                        reconciler,
                        plan -> plan.exportConditions().size() - plan.exports().size()));
        meters.gauge(
                ControlPlaneMeter.IMPORTS,
                planned(reconciler, plan -> plan.imports().size()));
        meters.gauge(
                ControlPlaneMeter.HELD_IMPORTS,
                planned(reconciler, plan -> plan.held().size()));
        meters.gauge(
                ControlPlaneMeter.CONFLICTS,
                planned(reconciler, plan -> plan.conflicts().size()));
        meters.gauge(
                ControlPlaneMeter.WITHOUT_ADDRESS,
                planned(reconciler, plan -> plan.outOfRoom().size()));
        meters.gauge(
                ControlPlaneMeter.UNWRITTEN, () -> reconciler.unwrittenFor().toSeconds());
    }

    private static Supplier<Number> planned(Reconciler reconciler, ToIntFunction<ClusterSetPlan> count) {
        return () ->
                reconciler.situation().map(now -> count.applyAsInt(now.plan())).orElse(0);
    }

    /// @return fails with what is wrong and which setting it is; what had started by then is stopped again
    public Future<Void> start() {
        return order.start();
    }

    /// From now on it is this replica that writes to the cluster and talks to peers; before, it only feeds gateways.
    /// Called once at most, after [#start].
    ///
    /// @return fails with what is wrong and which setting it is; everything is stopped then
    public Future<Void> lead() {
        return reconciler.lead().recover(order::stopFor);
    }

    /// In reverse order, each even when the one before it failed.
    public Future<Void> stop() {
        return order.stop();
    }

    /// Completes when it is ready, perhaps never.
    public Future<Void> ready() {
        return reconciler.planned();
    }

    /// What is missing before it is ready, in words for an operator; empty when it is.
    public List<String> waitingFor() {
        return reconciler.waitingFor();
    }

    /// The port of the route feed; after [#start].
    public int feedPort() {
        return feed.port();
    }

    /// The port of probes and metrics, if they have one of their own; after [#start].
    public Optional<Integer> probesPort() {
        return admin.probesPort();
    }

    /// The port of the admin pages; after [#start].
    public int adminPort() {
        return admin.port();
    }
}
