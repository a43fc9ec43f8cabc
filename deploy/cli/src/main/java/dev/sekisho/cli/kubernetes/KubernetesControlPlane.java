package dev.sekisho.cli.kubernetes;

import dev.sekisho.cli.Program;
import dev.sekisho.controlplane.ControlPlane;
import dev.sekisho.controlplane.ControlPlaneSettings;
import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.ClusterService;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.controlplane.kubernetes.ApiServerClient;
import dev.sekisho.controlplane.kubernetes.ClusterWatch;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.KubernetesCluster;
import dev.sekisho.controlplane.kubernetes.home.ClusterIdentity;
import dev.sekisho.controlplane.kubernetes.home.ClusterNotice;
import dev.sekisho.controlplane.kubernetes.home.ClusterSecrets;
import dev.sekisho.controlplane.kubernetes.home.GatewayLeaf;
import dev.sekisho.controlplane.kubernetes.home.LeaderDuties;
import dev.sekisho.controlplane.kubernetes.home.Leadership;
import dev.sekisho.controlplane.kubernetes.home.PeerConfigMaps;
import dev.sekisho.controlplane.kubernetes.home.SyncSlices;
import dev.sekisho.controlplane.kubernetes.write.KubernetesWriter;
import dev.sekisho.controlplane.peers.SyncSettings;
import dev.sekisho.controlplane.peers.SyncedPeers;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentities;
import dev.sekisho.identity.TrustBundles;
import io.fabric8.kubernetes.client.Config;
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

/// A control plane in a pod: one replica of several. Any thread.
final class KubernetesControlPlane implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesControlPlane.class);
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final Duration WATCH_AGAIN = Duration.ofMillis(250);
    private static final int LEADS_NO_LONGER = 3;

    private final PodSettings settings;
    private final PodEnvironment pod;
    private final Vertx vertx;
    private final KubernetesClient client;
    private final Promise<Integer> ended = Promise.promise();
    private volatile Optional<Parts> running = Optional.empty();
    private volatile boolean stopping;

    /// What there is once this cluster has said who it is.
    private record Parts(
            ControlPlane controlPlane, Leadership leadership, LeaderDuties duties, PeerConfigMaps peerStore) {}

    /// Finds the API server as every pod does.
    KubernetesControlPlane(PodSettings settings, PodEnvironment pod, Vertx vertx) {
        this(settings, pod, vertx, inCluster());
    }

    private static Config inCluster() {
        var config = Config.autoConfigure(null);
        // A right that was granted, or a kind that was made, is to be seen soon; the pause grows from here.
        config.setWatchReconnectInterval((int) WATCH_AGAIN.toMillis());
        return config;
    }

    KubernetesControlPlane(PodSettings settings, PodEnvironment pod, Vertx vertx, Config apiServer) {
        this.settings = settings;
        this.pod = pod;
        this.vertx = vertx;
        this.client = ApiServerClient.of(apiServer, vertx);
    }

    /// Waits for an API server that is not there yet, as long as it is given time to.
    @Override
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
                    LOG.atWarn()
                            .addKeyValue("apiServer", client.getMasterUrl())
                            .addKeyValue("reason", e.getMessage())
                            .log("The API server does not say yet who this cluster is; it is asked again");
                }
                Thread.sleep(ASK_AGAIN);
            }
        }
    }

    private Parts assemble() throws IOException {
        var installation = new Installation(pod.namespace(), settings.name());
        var self = ClusterIdentity.find(client, settings.cluster(), settings.clusterSet());
        var bundles = new TrustBundles(self);
        var secrets = new ClusterSecrets(client, installation, self, CLOCK);
        var identity = TlsIdentities.issuedBy(secrets, SpiffeId.Role.CONTROL_PLANE, CLOCK, bundles);
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var peerStore = new PeerConfigMaps(client, installation, new ControlPlaneMeters(registry));
        var listen = settings.listen();
        var links = new SyncedPeers(
                vertx,
                SyncSettings.listeningOn(listen.sync()),
                identity,
                peerStore,
                CLOCK,
                new SecureRandom(),
                registry);
        var leadership = new Leadership(client, installation, pod.name(), CLOCK, Leadership.Timing.DEFAULT);
        var watch = new ClusterWatch(client, installation);
        var controlPlane = ControlPlane.assemble(
                new ControlPlaneSettings(
                        new Rules(
                                self.cluster(),
                                self.clusterSet(),
                                new ClusterService(settings.listenPorts(), settings.localTraffic()),
                                settings.labels(),
                                settings.traffic().policyMode()),
                        listen.feed(),
                        new AdminListen("listen.admin", listen.admin(), Optional.of(listen.health()))),
                vertx,
                CLOCK,
                new KubernetesCluster(watch, new KubernetesWriter(client, installation, watch, pod.name(), CLOCK)),
                links,
                identity,
                bundles,
                leadership::leader,
                registry);
        var duties = new LeaderDuties(List.of(
                new GatewayLeaf(client, installation, secrets, CLOCK),
                new ClusterNotice(client, installation, secrets),
                new SyncSlices(
                        client,
                        installation,
                        pod.name(),
                        pod.addresses(),
                        listen.sync().port())));
        return new Parts(controlPlane, leadership, duties, peerStore);
    }

    private void lead(Parts parts) {
        LOG.atInfo().addKeyValue("pod", pod.name()).log("This replica leads");
        parts.controlPlane()
                .lead()
                // Whoever is sent here by the slice is then listened to.
                .onSuccess(_ -> parts.duties().start())
                .onFailure(cause -> {
                    LOG.atError().setCause(cause).log("This replica cannot lead");
                    ended.tryComplete(LEADS_NO_LONGER);
                });
    }

    private void lost() {
        ended.tryComplete(LEADS_NO_LONGER);
    }

    /// The Lease is let go last: then nothing is written here any more.
    @Override
    public Future<Void> stop() {
        stopping = true;
        return running.map(parts -> parts.duties()
                        .stop()
                        .eventually(() -> parts.controlPlane().stop())
                        .eventually(() -> parts.leadership().stop())
                        .eventually(() -> {
                            parts.peerStore().close();
                            return Future.succeededFuture();
                        }))
                .orElseGet(Future::succeededFuture)
                .eventually(() -> {
                    client.close();
                    return Future.succeededFuture();
                });
    }

    @Override
    public Future<Integer> ended() {
        return ended.future();
    }
}
