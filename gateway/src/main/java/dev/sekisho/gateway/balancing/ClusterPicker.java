package dev.sekisho.gateway.balancing;

import dev.sekisho.names.ClusterName;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/// The order in which clusters that may serve a stream are tried: this one, then peers by open streams, and those that
/// could not be reached lately only when no other is left.
public final class ClusterPicker {
    private ClusterPicker() {}

    /// @param local whether it is this gateway's own cluster
    /// @param reachable false while dialling it fails
    public record Candidate(ClusterName cluster, boolean local, boolean reachable) {}

    /// @param candidates the clusters that are ready, expose the port and that policy lets the caller reach
    /// @param turn grows by one per stream
    public static List<ClusterName> order(
            List<Candidate> candidates, ToIntFunction<ClusterName> openStreams, int turn) {
        var peers = candidates.stream().filter(candidate -> !candidate.local()).toList();
        return Stream.of(
                        candidates.stream().filter(Candidate::local).toList(),
                        ordered(peers.stream().filter(Candidate::reachable).toList(), openStreams, turn),
                        ordered(peers.stream().filter(peer -> !peer.reachable()).toList(), openStreams, turn))
                .flatMap(List::stream)
                .map(Candidate::cluster)
                .toList();
    }

    /// The same for a client whose calls stay together: what is open to peers does not count.
    public static List<ClusterName> order(List<Candidate> candidates, InetAddress client) {
        var byHash = ByClient.order(
                candidates, client, candidate -> candidate.cluster().value());
        return byHash.stream()
                .sorted(Comparator.comparingInt(ClusterPicker::rank))
                .map(Candidate::cluster)
                .toList();
    }

    private static int rank(Candidate candidate) {
        if (candidate.local()) {
            return 0;
        }
        return candidate.reachable() ? 1 : 2;
    }

    private static List<Candidate> ordered(List<Candidate> peers, ToIntFunction<ClusterName> openStreams, int turn) {
        return LeastLoaded.order(peers, peer -> openStreams.applyAsInt(peer.cluster()), turn);
    }
}
