package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.reconcile.Cluster;
import dev.sekisho.controlplane.reconcile.Results;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Kubernetes cluster as the control plane's cluster: what the API server holds, watched and written. What is written
/// stays so: when somebody changes or deletes it, it is written again. Any thread.
public final class KubernetesCluster implements Cluster {
    private static final Logger log = LoggerFactory.getLogger(KubernetesCluster.class);

    private final ClusterWatch watch;
    private final ClusterWriter writer;
    private final ListeningExchange listening;
    private volatile Optional<ClusterView> newest = Optional.empty();
    private Optional<Results> wanted = Optional.empty();
    private Future<Void> writing = Future.succeededFuture();
    private boolean repairWaits;
    private volatile boolean stopped;

    /// @param watch started and stopped here
    /// @param writer stopped here
    /// @param listening started and stopped here
    public KubernetesCluster(ClusterWatch watch, ClusterWriter writer, ListeningExchange listening) {
        this.watch = watch;
        this.writer = writer;
        this.listening = listening;
    }

    @Override
    public Future<Void> start(Consumer<ClusterView> views) {
        watch.start(
                view -> {
                    newest = Optional.of(view);
                    views.accept(view);
                },
                this::repair);
        listening.start();
        return Future.succeededFuture();
    }

    @Override
    public List<String> waitingFor() {
        return watch.waitingFor();
    }

    @Override
    public synchronized Future<Void> write(Results results) {
        wanted = Optional.of(results);
        writing = writing.transform(_ -> writeWanted());
        return writing;
    }

    /// What this replica has not written is for another one to repair.
    private synchronized void repair() {
        if (wanted.isEmpty() || repairWaits || stopped) {
            return;
        }
        repairWaits = true;
        writing = writing.transform(_ -> {
            repairOver();
            return writeWanted();
        });
        writing.onFailure(cause -> log.atWarn()
                .addKeyValue("reason", cause.getMessage())
                .log("What was changed of our objects could not be set right; it is tried with the next change"));
    }

    private synchronized void repairOver() {
        repairWaits = false;
    }

    private synchronized Future<Void> writeWanted() {
        return newest.flatMap(view -> wanted.map(results -> writer.write(results, view)))
                .orElseGet(() -> Future.failedFuture(new IllegalStateException("the cluster has not been read yet")))
                .onComplete(_ -> writer.againAfter().ifPresent(this::repairAfter));
    }

    private void repairAfter(Duration pause) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::repair);
    }

    @Override
    public void shareListening(Listening own) {
        listening.share(own);
    }

    @Override
    public void onListeningElsewhere(Consumer<Listening> others) {
        listening.onOthers(others);
    }

    @Override
    public Future<Void> stop() {
        stopped = true;
        return writer.stop().eventually(listening::stop).eventually(watch::stop);
    }
}
