package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.plan.Listening;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A cluster in memory: shows the views it is given and keeps what is written. Any thread.
public final class FakeCluster implements Cluster {
    private Optional<Consumer<ClusterView>> views = Optional.empty();
    private boolean shown;
    private boolean stopped;
    private int failures;
    private Optional<Promise<Void>> blocked = Optional.empty();
    private boolean blocking;
    private final List<Results> written = new ArrayList<>();
    private Consumer<Listening> others = _ -> {};
    private Listening shared = Listening.NOBODY;

    @Override
    public synchronized Future<Void> start(Consumer<ClusterView> views) {
        this.views = Optional.of(views);
        return Future.succeededFuture();
    }

    public synchronized void show(ClusterView view) {
        shown = true;
        views.orElseThrow().accept(view);
    }

    @Override
    public synchronized void shareListening(Listening own) {
        shared = own;
    }

    synchronized Listening shared() {
        return shared;
    }

    @Override
    public synchronized void onListeningElsewhere(Consumer<Listening> watcher) {
        others = watcher;
    }

    synchronized void otherReplicasSay(Listening listening) {
        others.accept(listening);
    }

    @Override
    public synchronized List<String> waitingFor() {
        return shown ? List.of() : List.of("the folder to be read");
    }

    synchronized void failNext(int writes) {
        failures = writes;
    }

    synchronized void block() {
        blocking = true;
    }

    synchronized void unblock() {
        blocking = false;
        blocked.ifPresent(Promise::tryComplete);
    }

    @Override
    public synchronized Future<Void> write(Results results) {
        if (failures > 0) {
            failures--;
            return Future.failedFuture("disk full");
        }
        written.add(results);
        if (!blocking) {
            return Future.succeededFuture();
        }
        var promise = Promise.<Void>promise();
        blocked = Optional.of(promise);
        return promise.future();
    }

    /// All writes so far.
    public synchronized List<Results> written() {
        return List.copyOf(written);
    }

    public synchronized Results lastWritten() {
        return written.getLast();
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    @Override
    public synchronized Future<Void> stop() {
        stopped = true;
        return Future.succeededFuture();
    }
}
