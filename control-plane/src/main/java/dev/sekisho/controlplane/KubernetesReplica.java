package dev.sekisho.controlplane;

import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.controlplane.kubernetes.ClusterWatch;
import dev.sekisho.controlplane.kubernetes.KubernetesCluster;
import dev.sekisho.controlplane.kubernetes.home.ClusterIdentity;
import dev.sekisho.controlplane.kubernetes.home.ClusterNotice;
import dev.sekisho.controlplane.kubernetes.home.ClusterSecrets;
import dev.sekisho.controlplane.kubernetes.home.GatewayLeaf;
import dev.sekisho.controlplane.kubernetes.home.LeaderDuties;
import dev.sekisho.controlplane.kubernetes.home.Leadership;
import dev.sekisho.controlplane.kubernetes.home.PeerConfigMaps;
import dev.sekisho.controlplane.kubernetes.home.SharedListening;
import dev.sekisho.controlplane.kubernetes.home.SyncSlices;
import dev.sekisho.controlplane.kubernetes.write.KubernetesWriter;
import dev.sekisho.controlplane.peers.SyncSettings;
import dev.sekisho.controlplane.peers.SyncedPeers;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentities;
import dev.sekisho.identity.TrustBundles;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control plane of a Kubernetes cluster: one replica of several, of which one leads. Any thread.
public final class KubernetesReplica {
    private static final Logger log = LoggerFactory.getLogger(KubernetesReplica.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    private final KubernetesSettings settings;
    private final KubernetesClient client;
    private final Vertx vertx;
    private final InstantSource clock;
    private final Promise<Void> leadsNoLonger = Promise.promise();
    private volatile Optional<Parts> running = Optional.empty();
    private volatile boolean stopping;

    KubernetesReplica(KubernetesSettings settings, KubernetesClient client, Vertx vertx, InstantSource clock) {
        this.settings = settings;
        this.client = client;
        this.vertx = vertx;
        this.clock = clock;
    }

    /// What there is once this cluster has said who it is.
    private record Parts(
            ControlPlane controlPlane, Leadership leadership, LeaderDuties duties, PeerConfigMaps peerStore) {
        /// The Lease is let go when nothing is written here any more. Leading and the duties begin later than the rest,
        /// and by themselves.
        StartOrder order() {
            return new StartOrder(List.of(
                    StartOrder.Part.closedBy(peerStore::close),
                    StartOrder.Part.stoppedBy(leadership::stop),
                    new StartOrder.Part(controlPlane::start, controlPlane::stop),
                    StartOrder.Part.stoppedBy(duties::stop)));
        }
    }

    /// Waits for an API server that is not there yet, as long as it is given time to.
    ///
    /// @return fails with what is wrong and which setting it is
    public Future<Void> start() {
        var assembled = Promise.<Parts>promise();
        Thread.ofVirtual().name("control-plane-start").start(() -> {
            try {
                assembled.complete(assembleInTheEnd());
            } catch (IOException | InterruptedException | RuntimeException e) {
                assembled.fail(e);
            }
        });
        return assembled.future().compose(parts -> {
            running = Optional.of(parts);
            return parts.controlPlane()
                    .start()
                    .onSuccess(_ -> parts.controlPlane().ready().onSuccess(_ -> tryToLead(parts)));
        });
    }

    /// Only one who has read the cluster has something to write; and while it is being read, a Lease could hardly be
    /// renewed in time.
    private void tryToLead(Parts parts) {
        if (!stopping) {
            parts.leadership().start(() -> lead(parts), this::lost);
        }
    }

    private Parts assembleInTheEnd() throws IOException, InterruptedException {
        for (var told = false; ; told = true) {
            try {
                return assemble();
            } catch (IOException e) {
                if (stopping) {
                    throw e;
                }
                if (!told) {
                    log.atWarn()
                            .addKeyValue("apiServer", client.getMasterUrl())
                            .addKeyValue("reason", e.getMessage())
                            .log("The API server does not say yet who this cluster is; it is asked again");
                }
                Thread.sleep(ASK_AGAIN);
            }
        }
    }

    private Parts assemble() throws IOException {
        var installation = settings.installation();
        var self = ClusterIdentity.find(client, settings.cluster(), settings.clusterSet());
        var bundles = new TrustBundles(self);
        var secrets = new ClusterSecrets(client, installation, self, clock);
        var identity = TlsIdentities.issuedBy(secrets, SpiffeId.Role.CONTROL_PLANE, clock, bundles);
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var peerStore = new PeerConfigMaps(client, installation, new ControlPlaneMeters(registry));
        var links = new SyncedPeers(
                vertx,
                SyncSettings.listeningOn(settings.sync()),
                identity,
                peerStore,
                clock,
                new SecureRandom(),
                registry);
        var leadership = new Leadership(client, installation, settings.pod(), clock, Leadership.Timing.DEFAULT);
        var watch = new ClusterWatch(client, installation);
        var controlPlane = ControlPlane.assemble(
                new ControlPlaneSettings(
                        new Rules(
                                self.cluster(),
                                self.clusterSet(),
                                settings.imports(),
                                settings.labels(),
                                settings.policyMode()),
                        settings.feed(),
                        settings.admin()),
                vertx,
                clock,
                new KubernetesCluster(
                        watch,
                        new KubernetesWriter(client, installation, watch, settings.pod(), clock),
                        new SharedListening(client, installation, settings.pod())),
                links,
                identity,
                bundles,
                leadership::leader,
                registry);
        var duties = new LeaderDuties(List.of(
                new GatewayLeaf(client, installation, secrets, clock),
                new ClusterNotice(client, installation, secrets),
                new SyncSlices(
                        client,
                        installation,
                        settings.pod(),
                        settings.addresses(),
                        settings.sync().port())));
        return new Parts(controlPlane, leadership, duties, peerStore);
    }

    private void lead(Parts parts) {
        log.atInfo().addKeyValue("pod", settings.pod()).log("This replica leads");
        parts.controlPlane()
                .lead()
                // Whoever is sent here by the slice is then listened to.
                .onSuccess(_ -> parts.duties().start())
                .onFailure(cause -> {
                    log.atError().setCause(cause).log("This replica cannot lead");
                    leadsNoLonger.tryComplete();
                });
    }

    private void lost() {
        leadsNoLonger.tryComplete();
    }

    /// Also when it has not started, or only in part. The client stays open.
    public Future<Void> stop() {
        stopping = true;
        return running.map(parts -> parts.order().stop()).orElseGet(Future::succeededFuture);
    }

    /// Completes when it led and does so no longer: then it may not go on.
    public Future<Void> leadsNoLonger() {
        return leadsNoLonger.future();
    }
}
