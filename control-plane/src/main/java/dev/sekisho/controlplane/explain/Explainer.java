package dev.sekisho.controlplane.explain;

import dev.sekisho.controlplane.reconcile.PeerLinks;
import dev.sekisho.controlplane.reconcile.Situation;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/// Says whether a call would pass and who decides that, as of now, by the judge that also decides it on the data path.
/// Any thread.
public final class Explainer {
    private final ClusterName cluster;
    private final Supplier<Optional<Situation>> now;
    private final PeerLinks links;

    /// @param now empty while nothing is known yet
    public Explainer(ClusterName cluster, Supplier<Optional<Situation>> now, PeerLinks links) {
        this.cluster = cluster;
        this.now = now;
        this.links = links;
    }

    /// Judges a call of one of our pods, on both sides and for each cluster that exposes the port.
    ///
    /// @param from the pod, `namespace/pod` or the address that it calls from
    /// @param to the service: `namespace/service`, an address that its import has, or that of a pod behind it
    /// @return empty while nothing is known yet; succeeds always: what could not be asked is said in it
    /// @throws IllegalArgumentException when an end is neither a name nor an address
    public Optional<Future<Explanation>> explain(String from, String to, PortKey port) {
        return now.get().map(situation -> new CallersSide(cluster, situation, links).explain(from, to, port));
    }

    /// Answers a peer.
    ///
    /// @param peer the authenticated asker; what the request says of the caller's cluster does not count
    public ExplainReply answer(ClusterName peer, ExplainRequest request) {
        return now.get()
                .map(situation -> new ServicesSide(cluster, situation).answer(peer, request))
                .orElseGet(() -> ExplainReply.newBuilder()
                        .setAllowed(false)
                        .addReasons("cluster " + cluster + " has not been read yet")
                        .build());
    }
}
