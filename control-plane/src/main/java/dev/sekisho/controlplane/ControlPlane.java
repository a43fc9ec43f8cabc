package dev.sekisho.controlplane;

import dev.sekisho.controlplane.admin.AdminServer;
import dev.sekisho.controlplane.admin.ExplainPage;
import dev.sekisho.controlplane.admin.StatusPage;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.feed.RouteFeed;
import dev.sekisho.controlplane.reconcile.Cluster;
import dev.sekisho.controlplane.reconcile.PeerLinks;
import dev.sekisho.controlplane.reconcile.Reconciler;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustBundles;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// The control plane of one cluster. Any thread.
public final class ControlPlane {
    private final CertificateRenewal renewal;
    private final AdminServer admin;
    private final RouteFeed feed;
    private final Reconciler reconciler;

    private ControlPlane(CertificateRenewal renewal, AdminServer admin, RouteFeed feed, Reconciler reconciler) {
        this.renewal = renewal;
        this.admin = admin;
        this.feed = feed;
        this.reconciler = reconciler;
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
        measure(meters, reconciler);
        var admin = new AdminServer(
                vertx,
                settings.admin(),
                registry::scrape,
                reconciler::waitingFor,
                new StatusPage(identity, reconciler, feed, clock, leader),
                new ExplainPage(reconciler::explainer));
        return new ControlPlane(renewal, admin, feed, reconciler);
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

    /// The admin page comes first, so that it can say what the rest waits for.
    ///
    /// @return fails with what is wrong and which setting it is; what had started by then is stopped again
    public Future<Void> start() {
        return renewal.start()
                .compose(_ -> admin.start())
                .compose(_ -> feed.start())
                .compose(_ -> reconciler.start())
                .recover(cause -> stop().transform(_ -> Future.failedFuture(cause)));
    }

    /// From now on it is this replica that writes to the cluster and talks to peers; before, it only feeds gateways.
    /// Called once at most, after [#start].
    ///
    /// @return fails with what is wrong and which setting it is; everything is stopped then
    public Future<Void> lead() {
        return reconciler.lead().recover(cause -> stop().transform(_ -> Future.failedFuture(cause)));
    }

    /// In reverse order, each even when the one before it failed.
    public Future<Void> stop() {
        return reconciler.stop().eventually(feed::stop).eventually(admin::stop).eventually(renewal::stop);
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
