package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.names.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What gateways say of their listeners, to whichever control plane of the cluster they follow.
///
/// @param gateways those that have a route table, by name
public record Listening(Map<String, Gateway> gateways) {
    public static final Listening NOBODY = new Listening(Map.of());
    private static final int MOST_PROBLEMS = 3;

    public Listening {
        gateways = Map.copyOf(gateways);
    }

    /// @param since when it began to follow the control plane that heard this
    /// @param problems why listeners of an import are not open
    public record Gateway(Instant since, Map<ServiceName, List<String>> problems) {
        public Gateway {
            problems = Map.copyOf(problems);
        }
    }

    /// This and what another control plane of the same cluster has heard. Of a gateway that both have heard, the one
    /// counts that it followed last: the other may have ended before it could say that the gateway left.
    public Listening and(Listening other) {
        var all = new TreeMap<>(gateways);
        other.gateways.forEach((name, heard) ->
                all.merge(name, heard, (one, two) -> one.since().isBefore(two.since()) ? two : one));
        return new Listening(all);
    }

    /// @param view the cluster as it was when `ready` was said
    /// @param ready as it is when every listener is open
    Condition ready(Import imported, ImportAddressing addressing, ClusterView view, Condition ready) {
        if (imported.headless() || !ready.status().equals("True")) {
            return ready;
        }
        return notOpen(imported.name()).or(() -> nobody(addressing, view)).orElse(ready);
    }

    private Optional<Condition> notOpen(ServiceName name) {
        var problems = new TreeMap<>(gateways)
                .entrySet().stream()
                        .flatMap(gateway -> gateway.getValue().problems().getOrDefault(name, List.of()).stream()
                                .map(problem -> "gateway " + gateway.getKey() + " " + problem))
                        .toList();
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        var more = problems.size() - MOST_PROBLEMS;
        return Optional.of(new Condition(
                "Ready",
                "False",
                "ListenerFailed",
                String.join("; ", problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())))
                        + (more > 0 ? "; and " + more + " more" : "") + ". What is sent there reaches no gateway."));
    }

    /// Gateway pods can be seen. On a host nothing is known of a gateway but what it says.
    private Optional<Condition> nobody(ImportAddressing addressing, ClusterView view) {
        return switch (addressing) {
            case ImportAddressing.OwnPools _
            when gateways.isEmpty() ->
                Optional.of(new Condition(
                        "Ready",
                        "Unknown",
                        "NoGateway",
                        "No gateway is connected to the control plane, which could say that it listens."));
            case ImportAddressing.ClusterService _
            when view.gateways().isEmpty() ->
                Optional.of(new Condition(
                        "Ready", "False", "NoGateway", "No gateway pod is ready, so what is sent there reaches none."));
            case ImportAddressing.OwnPools _, ImportAddressing.ClusterService _ -> Optional.empty();
        };
    }
}
