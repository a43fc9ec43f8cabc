package dev.sekisho.controlplane.kubernetes;

import com.google.common.base.Throwables;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
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
import java.util.concurrent.TimeUnit;
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
    /// How often it is looked at which kinds can be watched again.
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final BlockingQueue<Boolean> bell = new ArrayBlockingQueue<>(1);
    private final WatchedCluster cluster = new WatchedCluster(() -> bell.offer(true));
    private final List<Followed> followed;
    private final Thread thread = Thread.ofVirtual().name("cluster-watch").unstarted(this::run);
    private Consumer<ClusterView> views = _ -> {};
    private Runnable ownChanged = () -> {};
    private volatile boolean stopping;

    public ClusterWatch(KubernetesClient client, Installation installation) {
        followed = cluster.all().stream()
                .map(each -> follow(client, installation, each))
                .toList();
    }

    private <T extends HasMetadata> Followed follow(
            KubernetesClient client, Installation installation, Watched<T, ?> watched) {
        var all = client.resources(watched.kind().type());
        return switch (watched.kind().within()) {
            case CLUSTER -> follow(all.inAnyNamespace(), watched);
            case OUR_GATEWAYS ->
                follow(all.inNamespace(installation.namespace()).withLabels(OwnObjects.GATEWAY_PODS), watched);
        };
    }

    private <T extends HasMetadata> Followed follow(Informable<T> all, Watched<T, ?> watched) {
        var informer = all.withLimit(PAGE)
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
                    // Once stopped it tries no more anyway; told not to, it would log an error and its trace.
                    return true;
                });
        return new Followed(informer, watched);
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
        followed.forEach(each -> each.informer().start());
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
        followed.forEach(each -> each.informer().stop());
        return EndedThread.of(thread, () -> {});
    }

    private void run() {
        try {
            while (!stopping) {
                var rung = bell.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                followed.forEach(Followed::tellWatching);
                if (rung != null) {
                    Thread.sleep(GATHER);
                    bell.clear();
                    tell();
                }
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
                .map(ApiErrors::said)
                .orElseGet(() -> Throwables.getRootCause(failure).toString());
    }

    @Override
    public <T extends HasMetadata> Stream<T> ours(Class<T> kind) {
        return cluster.ours(kind);
    }

    @Override
    public Stream<PassedOver> passedOver() {
        return cluster.passedOver();
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

    private record Followed(SharedIndexInformer<?> informer, Watched<?, ?> watched) {
        void tellWatching() {
            if (informer.isWatching()) {
                watched.watching();
            }
        }
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
