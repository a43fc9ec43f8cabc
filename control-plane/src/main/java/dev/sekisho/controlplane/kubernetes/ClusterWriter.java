package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.reconcile.Results;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/// Makes the objects that we own in the cluster equal to the results. Any thread; calls do not overlap.
public interface ClusterWriter {
    /// @param seen the newest view of the cluster, at least as new as the one the results were decided on
    /// @return completes when they are written; fails when they could not be, to be tried again with the next call
    Future<Void> write(Results results, ClusterView seen);

    /// When the same is to be written again, though nothing changes: something has to wait until then.
    Optional<Duration> againAfter();

    Future<Void> stop();
}
