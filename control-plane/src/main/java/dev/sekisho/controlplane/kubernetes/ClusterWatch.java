package dev.sekisho.controlplane.kubernetes;

import com.google.common.base.Throwables;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the cluster: an informer per kind, all of which try for ever, and a view after each change. What was seen
/// stays until the API server says otherwise (invariant 1). Any thread may call it; views are made and handed over on a
/// virtual thread of its own.
public final class ClusterWatch implements SeenObjects {
    private static final Logger log = LoggerFactory.getLogger(ClusterWatch.class);
    private static final int NOT_FOUND = 404;
    /// So that a large cluster is not read in one piece, whole objects and all: the answer to any other request waits
    /// while a page is being parsed.
    private static final long PAGE = 100;
    /// Changes rarely come alone.
    private static final Duration GATHER = Duration.ofMillis(5);

    private final BlockingQueue<Boolean> bell = new ArrayBlockingQueue<>(1);
    private final WatchedCluster cluster = new WatchedCluster(() -> bell.offer(true));
    private final List<SharedIndexInformer<?>> informers;
    private final Thread thread = Thread.ofVirtual().name("cluster-watch").unstarted(this::run);
    private Consumer<ClusterView> views = _ -> {};
    private Runnable ownChanged = () -> {};
    private volatile boolean stopping;

    public ClusterWatch(KubernetesClient client, Installation installation) {
        informers = List.of(
                informer(client, cluster.namespaces),
                informer(client, cluster.pods),
                informer(client, cluster.services),
                informer(client, cluster.endpointSlices),
                informer(client, cluster.networkPolicies),
                informer(client, cluster.clusterSetPolicies),
                informer(client, cluster.clusterPolicies),
                informer(client, cluster.nodes),
                informer(client, cluster.serviceExports),
                informer(client, cluster.serviceImports),
                informer(client, cluster.peers),
                informer(
                        client.pods().inNamespace(installation.namespace()).withLabels(OwnObjects.GATEWAY_PODS),
                        cluster.gatewayPods));
    }

    private <T extends HasMetadata> SharedIndexInformer<T> informer(KubernetesClient client, Watched<T, ?> watched) {
        return informer(client.resources(watched.kind().type()).inAnyNamespace(), watched);
    }

    private <T extends HasMetadata> SharedIndexInformer<T> informer(Informable<T> all, Watched<T, ?> watched) {
        return all.withLimit(PAGE)
                .runnableInformer(0)
                .removeNamespaceIndex()
                .itemStore(watched)
                .addEventHandler(new Listed(watched))
                .exceptionHandler((_, failure) -> {
                    if (!stopping && watched.kind().optional() && isMissing(failure)) {
                        watched.missing();
                    } else if (!stopping) {
                        watched.failed(reason(failure));
                    }
                    return !stopping;
                });
    }

    /// Called once; returns before anything has been read.
    ///
    /// @param views told the first view when everything has been read once, then a new one after each change; not
    ///     concurrently with itself or `ownChanged`
    /// @param ownChanged told, after the first view, that what [SeenObjects] tells has changed, but for our own
    ///     [#wrote]
    public void start(Consumer<ClusterView> views, Runnable ownChanged) {
        this.views = views;
        this.ownChanged = ownChanged;
        thread.start();
        informers.forEach(SharedIndexInformer::start);
    }

    /// What is missing before the first view, in words for an operator; empty afterwards.
    public List<String> waitingFor() {
        return cluster.waitingFor();
    }

    /// Also when it was never started.
    ///
    /// @return completes when nothing is told any more, and a view that was being told has been taken
    public Future<Void> stop() {
        stopping = true;
        informers.forEach(SharedIndexInformer::stop);
        return EndedThread.of(thread, () -> {});
    }

    private void run() {
        try {
            while (!stopping) {
                var _ = bell.take();
                Thread.sleep(GATHER);
                bell.clear();
                tell();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() {
        if (!cluster.waitingFor().isEmpty()) {
            return;
        }
        var ownObjects = cluster.takeObjectsChanged();
        var view = cluster.takeView();
        try {
            view.ifPresent(views);
            if (ownObjects) {
                ownChanged.run();
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("What was seen of the cluster could not be taken in");
        }
    }

    /// Whether the API server says that it does not have the kind.
    private static boolean isMissing(Throwable failure) {
        return refusal(failure).filter(said -> said.getCode() == NOT_FOUND).isPresent();
    }

    private static Optional<KubernetesClientException> refusal(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .filter(KubernetesClientException.class::isInstance)
                .map(KubernetesClientException.class::cast)
                .findFirst();
    }

    private static String reason(Throwable failure) {
        if (isMissing(failure)) {
            return "the cluster does not have this kind: its CustomResourceDefinition is missing";
        }
        return refusal(failure)
                .map(said -> HomeObjects.said(said))
                .orElseGet(() -> Throwables.getRootCause(failure).toString());
    }

    @Override
    public <T extends HasMetadata> Stream<T> ours(Class<T> kind) {
        return cluster.ours(kind);
    }

    @Override
    public Optional<ServiceExport> export(ServiceName name) {
        return cluster.export(name);
    }

    @Override
    public Optional<Peer> peer(ClusterName name) {
        return cluster.peer(name);
    }

    @Override
    public void wrote(HasMetadata answer) {
        cluster.wrote(answer);
    }

    /// What is seen of objects is in the store already; this is for the end of a list.
    private record Listed(Watched<?, ?> watched) implements ResourceEventHandler<HasMetadata> {
        @Override
        public void onAdd(HasMetadata object) {}

        @Override
        public void onUpdate(HasMetadata before, HasMetadata now) {}

        @Override
        public void onDelete(HasMetadata object, boolean unknownFinalState) {}

        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            watched.listed();
        }
    }
}
