package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView;
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

    Future<Void> stop();
}
