package dev.sekisho.controlplane.explain;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.policy.Verdict;
import java.util.List;
import java.util.Optional;

/// What the policies of both sides say of a call, cluster by cluster.
///
/// @param cluster of the caller
/// @param from the calling pod; what was asked for where there is none
/// @param to the service; likewise
/// @param problem why nothing could be judged, in words for an operator; empty when it could
public record Explanation(
        ClusterName cluster, String from, String to, PortKey port, Optional<String> problem, List<Side> clusters) {
    public Explanation {
        clusters = List.copyOf(clusters);
    }

    /// Whether at least one cluster would take the call; empty when only one that could not be asked may.
    public Optional<Boolean> allowed() {
        var leaving = clusters.stream().filter(Side::isReached).toList();
        if (leaving.stream()
                .anyMatch(side -> side.ingress().map(Ingress::allowed).orElse(false))) {
            return Optional.of(true);
        }
        return leaving.stream().allMatch(side -> side.ingress().isPresent()) ? Optional.of(false) : Optional.empty();
    }

    /// @param egress of this cluster, towards that one
    /// @param ingress empty when that side could not be asked
    /// @param unasked why not; empty when it could
    /// @param withheld why no gateway here sends the call there, although egress allows it; empty when they do
    /// @param unknown what the verdicts had to do without, in words
    public record Side(
            ClusterName cluster,
            Verdict egress,
            Optional<Ingress> ingress,
            String unasked,
            Optional<String> withheld,
            List<String> unknown) {
        public Side {
            unknown = List.copyOf(unknown);
        }

        /// Whether the call is sent there.
        boolean isReached() {
            return egress.isAllowed() && withheld.isEmpty();
        }
    }

    /// @param allowed by an endpoint that takes calls and, where this is known, that egress allows, too
    /// @param reasons one per candidate pod; of very many only the first are told, and how many more there are
    /// @param candidates the verdicts behind `reasons`; none of a peer, which gives its reasons in words only
    public record Ingress(boolean allowed, List<String> reasons, String policyVersion, List<Candidate> candidates) {
        public Ingress {
            reasons = List.copyOf(reasons);
            candidates = List.copyOf(candidates);
        }

        Ingress(boolean allowed, List<String> reasons, String policyVersion) {
            this(allowed, reasons, policyVersion, List.of());
        }
    }

    /// @param endpoint the pod's name, or the address of what is no pod
    public record Candidate(String endpoint, Readiness readiness, Verdict verdict) {}
}
