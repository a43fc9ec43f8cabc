package dev.sekisho.controlplane.policy;

import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.compiled.CompiledSelector;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which clusters a peer of a rule is about, whatever else it asks for.
final class Members {
    private Members() {}

    private static boolean namesCluster(LabelSelector namespaces) {
        return LabelSamples.requirements(namespaces)
                .anyMatch(requirement -> requirement.key().equals(PolicySet.CLUSTER_LABEL));
    }

    /// Whether the peer may mean other clusters than that of its policy.
    static boolean areNamed(PeerSelector peer) {
        return switch (peer) {
            case PeerSelector.Pods pods ->
                pods.clusters().isPresent()
                        || pods.namespaces().filter(Members::namesCluster).isPresent();
            case PeerSelector.Block block -> block.clusters().isPresent();
            case PeerSelector.Unjudged _ -> false;
        };
    }

    /// Every name of a cluster in it, be it one that is meant or one that is excluded.
    static Stream<String> names(PeerSelector peer) {
        var selectors = switch (peer) {
            case PeerSelector.Pods pods -> Stream.concat(pods.clusters().stream(), pods.namespaces().stream());
            case PeerSelector.Block block -> block.clusters().stream();
            case PeerSelector.Unjudged _ -> Stream.<LabelSelector>of();
        };
        return selectors
                .flatMap(LabelSamples::requirements)
                .filter(requirement -> requirement.key().equals(PolicySet.CLUSTER_LABEL))
                .flatMap(requirement -> requirement.values().stream());
    }

    static boolean isMeant(PolicyWorld world, PeerSelector peer, ClusterName cluster) {
        return switch (peer) {
            case PeerSelector.Pods pods ->
                (areNamed(pods) || cluster.equals(world.cluster()))
                        && pods.clusters()
                                .map(clusters -> isSelected(world, clusters, cluster))
                                .orElse(true)
                        && pods.namespaces()
                                .map(namespaces -> isNamed(namespaces, cluster))
                                .orElse(true);
            case PeerSelector.Block block ->
                block.clusters()
                        .map(clusters -> isSelected(world, clusters, cluster))
                        .orElseGet(() -> cluster.equals(world.cluster()));
            case PeerSelector.Unjudged _ -> true;
        };
    }

    /// Of a cluster that is no member no label is known but its name.
    private static boolean isSelected(PolicyWorld world, LabelSelector clusters, ClusterName cluster) {
        var labels = new HashMap<>(
                Optional.ofNullable(world.policies().scope().memberLabels().get(cluster))
                        .orElse(Map.of()));
        labels.put(PolicySet.CLUSTER_LABEL, cluster.value());
        return CompiledSelector.matches(clusters, labels);
    }

    private static boolean isNamed(LabelSelector namespaces, ClusterName cluster) {
        var ofCluster = LabelSamples.requirements(namespaces)
                .filter(requirement -> requirement.key().equals(PolicySet.CLUSTER_LABEL))
                .toList();
        return CompiledSelector.matches(
                new LabelSelector(Map.of(), List.copyOf(ofCluster)), Map.of(PolicySet.CLUSTER_LABEL, cluster.value()));
    }
}
