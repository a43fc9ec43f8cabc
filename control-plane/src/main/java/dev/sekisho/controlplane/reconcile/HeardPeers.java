package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Who is linked, and what was heard of and from each of them. What is said of or by anybody else changes nothing.
///
/// @param linked empty until this cluster has been read once; without this cluster itself
/// @param exports what each peer exports
/// @param statuses how each link is; a peer that is missing here was not dialled yet
/// @param refused by peer, why it does not take an export of ours
record HeardPeers(
        Optional<Map<ClusterName, Peer>> linked,
        Map<ClusterName, PeerExports> exports,
        Map<ClusterName, PeerStatus> statuses,
        Map<ClusterName, Map<ServiceName, String>> refused) {
    static final HeardPeers NONE = new HeardPeers(Optional.empty(), Map.of(), Map.of(), Map.of());

    private static final PeerStatus NOT_LINKED_YET = new PeerStatus(false, Optional.empty(), "not linked yet", 0);

    HeardPeers {
        linked = linked.map(Map::copyOf);
        exports = Map.copyOf(exports);
        statuses = Map.copyOf(statuses);
        refused = Map.copyOf(refused);
    }

    boolean isLinked(ClusterName peer) {
        return linked.filter(peers -> peers.containsKey(peer)).isPresent();
    }

    /// Whatever was heard of peers that are no longer linked is forgotten.
    HeardPeers relinked(Map<ClusterName, Peer> peers) {
        return new HeardPeers(Optional.of(peers), only(peers, exports), only(peers, statuses), only(peers, refused));
    }

    /// A peer speaks for itself alone. One that has told everything once is not taken to have withdrawn what a list
    /// that is not complete leaves out (invariant 1).
    HeardPeers heard(PeerExports said) {
        if (!isLinked(said.peer())) {
            return this;
        }
        var before =
                Optional.ofNullable(exports.get(said.peer())).filter(known -> known.complete() && !said.complete());
        var own = new HashMap<ServiceName, Export>();
        before.ifPresent(known -> own.putAll(known.exports()));
        said.exports().forEach((name, export) -> {
            if (export.cluster().equals(said.peer())) {
                own.put(name, export);
            }
        });
        var complete = said.complete() || before.isPresent();
        return new HeardPeers(
                linked, with(exports, said.peer(), new PeerExports(said.peer(), complete, own)), statuses, refused);
    }

    HeardPeers refusing(ClusterName peer, Map<ServiceName, String> reasons) {
        return isLinked(peer)
                ? new HeardPeers(linked, exports, statuses, with(refused, peer, Map.copyOf(reasons)))
                : this;
    }

    HeardPeers withStatus(ClusterName peer, PeerStatus status) {
        return isLinked(peer) ? new HeardPeers(linked, exports, with(statuses, peer, status), refused) : this;
    }

    /// Whether `status` says more than what is known, other than that its age has moved on.
    boolean isNews(ClusterName peer, PeerStatus status) {
        var known = Optional.ofNullable(statuses.get(peer));
        return isLinked(peer)
                && known.filter(before -> before.connected() == status.connected()
                                && before.problem().equals(status.problem()))
                        .isEmpty();
    }

    /// Whether nothing that is remembered of a linked peer is still to be recalled. False before any are known.
    boolean areRecalled() {
        return linked.isPresent() && unrecalled().isEmpty();
    }

    /// The linked peers of which nothing was heard or recalled yet.
    Set<ClusterName> unrecalled() {
        var peers = new HashSet<>(linked.map(Map::keySet).orElse(Set.of()));
        peers.removeAll(statuses.keySet());
        peers.removeAll(exports.keySet());
        return peers;
    }

    /// Of every linked peer, also of those that were not dialled yet.
    Map<ClusterName, PeerStatus> allStatuses() {
        return linked.orElse(Map.of()).keySet().stream()
                .collect(Collectors.toMap(Function.identity(), peer -> statuses.getOrDefault(peer, NOT_LINKED_YET)));
    }

    private static <V> Map<ClusterName, V> with(Map<ClusterName, V> before, ClusterName peer, V value) {
        var all = new HashMap<>(before);
        all.put(peer, value);
        return all;
    }

    private static <V> Map<ClusterName, V> only(Map<ClusterName, Peer> linked, Map<ClusterName, V> all) {
        var kept = new HashMap<>(all);
        kept.keySet().retainAll(linked.keySet());
        return kept;
    }
}
