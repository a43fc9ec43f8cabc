package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Future;
import java.util.Map;

/// The links to the control planes of other clusters. Its methods are called from one context, that of the
/// [Reconciler]; none of them blocks.
public interface PeerLinks {
    /// Begins to tell `home` what is remembered of the peers that [#link] names, and what another replica of this
    /// control plane hears of them. Nobody is dialled or listened for yet.
    Future<Void> start(Home home);

    /// From now on it is this replica that talks to peers: listens, dials who is linked, and tells them what was, and
    /// is going to be, published. Called once at most, after [#start].
    ///
    /// @return completes when peers may dial in; fails when they never can, such as with an address in use
    Future<Void> lead();

    /// Replaces the set of clusters to be linked with. A peer that is left out was expelled: its link is closed, and
    /// what is remembered of its exports goes, also from the disk.
    void link(Map<ClusterName, Peer> peers);

    /// Replaces what this cluster exports, valid exports only. Called again only with a changed set.
    ///
    /// @return why peers are not told of some of it, in words for whoever wrote the ServiceExport; what they
    ///     were told of these before is withdrawn
    Map<ServiceName, String> publish(Map<ServiceName, Export> exports);

    /// Asks a peer what its policies say of a call.
    ///
    /// @return fails, in words for an operator, when the peer cannot be asked
    Future<ExplainReply> explain(ClusterName peer, ExplainRequest request);

    /// From now on it is `answers` that peers get. Called once, before [#start].
    void answerWith(Answers answers);

    Future<Void> stop();

    /// This side, as the links see it. Any thread.
    interface Home {
        /// What a linked peer exports has changed, was restored from an earlier run, or has become complete. While
        /// a peer's exports are unknown this is not called, or called with `complete` false.
        void exportsChanged(PeerExports exports);

        /// A peer refuses other exports of ours than before.
        ///
        /// @param reasons of each that it refuses now, as the peer gives them
        void exportsRefused(ClusterName peer, Map<ServiceName, String> reasons);

        /// Called for every linked peer, the first time only after what is remembered of its exports has been told.
        void statusChanged(ClusterName peer, PeerStatus status);
    }

    /// What is said to a peer that asks of a call from its cluster. Any thread.
    interface Answers {
        /// @param peer the authenticated cluster of the asker, whatever the request says
        ExplainReply explain(ClusterName peer, ExplainRequest request);
    }
}
