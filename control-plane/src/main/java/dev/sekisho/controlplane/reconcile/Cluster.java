package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.plan.Listening;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/// The cluster this control plane serves: a Kubernetes API server or a folder of YAML.
public interface Cluster {
    /// Begins to watch. `views` gets the first view when every source has been read once, then a new one after each
    /// change; it may be called from any thread, never concurrently.
    ///
    /// @return completes when watching has begun, which may be before the first view; fails when it never can
    Future<Void> start(Consumer<ClusterView> views);

    /// What is still missing before the first view, in words for an operator; empty afterwards.
    List<String> waitingFor();

    /// Makes the written results equal to `results`. Calls do not overlap; the newest wins.
    ///
    /// @return completes when they are written; fails when they could not be, to be tried again with the next call
    Future<Void> write(Results results);

    /// Shares what the gateways that follow this control plane say of their listeners with the other replicas of it,
    /// where there can be others. The newest wins.
    default void shareListening(Listening own) {}

    /// @param others given what all the other replicas share, after each change of it; on any thread
    default void onListeningElsewhere(Consumer<Listening> others) {}

    Future<Void> stop();
}
