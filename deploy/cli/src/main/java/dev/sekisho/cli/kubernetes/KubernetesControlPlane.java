package dev.sekisho.cli.kubernetes;

import dev.sekisho.cli.Program;
import dev.sekisho.controlplane.ControlPlane;
import dev.sekisho.controlplane.KubernetesReplica;
import dev.sekisho.controlplane.KubernetesSettings;
import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.ClusterService;
import dev.sekisho.controlplane.kubernetes.ApiServerClient;
import dev.sekisho.controlplane.kubernetes.Installation;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// A control plane in a pod as a program. Any thread.
final class KubernetesControlPlane implements Program {
    private static final Duration WATCH_AGAIN = Duration.ofMillis(250);
    private static final int LEADS_NO_LONGER = 3;

    private final KubernetesClient client;
    private final KubernetesReplica replica;

    /// Finds the API server as every pod does.
    KubernetesControlPlane(PodSettings settings, PodEnvironment pod, Vertx vertx) {
        this.client = ApiServerClient.of(inCluster(), vertx);
        this.replica = ControlPlane.onKubernetes(replicaSettings(settings, pod), client, vertx, InstantSource.system());
    }

    private static Config inCluster() {
        var config = Config.autoConfigure(null);
        // A right that was granted, or a kind that was made, is to be seen soon; the pause grows from here.
        config.setWatchReconnectInterval((int) WATCH_AGAIN.toMillis());
        return config;
    }

    private static KubernetesSettings replicaSettings(PodSettings settings, PodEnvironment pod) {
        var listen = settings.listen();
        return new KubernetesSettings(
                new Installation(pod.namespace(), settings.name()),
                pod.name(),
                pod.addresses(),
                settings.cluster(),
                settings.clusterSet(),
                new ClusterService(settings.listenPorts(), settings.localTraffic()),
                settings.labels(),
                settings.traffic().policyMode(),
                listen.sync(),
                listen.feed(),
                new AdminListen("listen.admin", listen.admin(), Optional.of(listen.health())));
    }

    @Override
    public Future<Void> start() {
        return replica.start();
    }

    @Override
    public Future<Void> stop() {
        return replica.stop().eventually(() -> {
            client.close();
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<Integer> ended() {
        return replica.leadsNoLonger().map(LEADS_NO_LONGER);
    }
}
