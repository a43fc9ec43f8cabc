package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Whether linked clusters know of a valid export, as its `Ready` condition says it. Plain functions.
final class Told {
    private static final int MOST_CLUSTERS = 5;

    private Told() {}

    /// @return empty when all of them are told and none refuses it
    static Optional<Condition> of(
            ServiceName name, Map<ServiceName, String> untold, Map<ClusterName, Map<ServiceName, String>> refused) {
        var reason = Optional.ofNullable(untold.get(name));
        if (reason.isPresent()) {
            return Optional.of(new Condition(
                    "Ready", "False", "BeyondLimit", "No linked cluster is told of it: " + reason.get() + "."));
        }
        var refusals = new TreeMap<ClusterName, String>();
        refused.forEach((cluster, reasons) ->
                Optional.ofNullable(reasons.get(name)).ifPresent(why -> refusals.put(cluster, why)));
        return refusals.isEmpty()
                ? Optional.empty()
                : Optional.of(new Condition("Ready", "False", "RefusedByPeer", refusedBy(refusals)));
    }

    private static String refusedBy(Map<ClusterName, String> refusals) {
        var more = refusals.size() - MOST_CLUSTERS;
        return refusals.entrySet().stream()
                        .limit(MOST_CLUSTERS)
                        .map(refusal ->
                                "Cluster " + refusal.getKey() + " does not import it: " + refusal.getValue() + ".")
                        .collect(Collectors.joining(" "))
                + (more > 0 ? " Nor do " + more + " more." : "");
    }
}
