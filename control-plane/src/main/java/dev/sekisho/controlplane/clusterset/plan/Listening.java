package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.names.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the gateways that follow us say of their listeners.
///
/// @param anyGateway whether there is one that has a route table of ours
/// @param problems why listeners of an import are not open, each with the gateway's name
public record Listening(boolean anyGateway, Map<ServiceName, List<String>> problems) {
    public static final Listening NOBODY = new Listening(false, Map.of());
    public static final Listening ALL_OPEN = new Listening(true, Map.of());
    private static final int MOST_PROBLEMS = 3;

    public Listening {
        problems = Map.copyOf(problems);
    }

    /// @param ready as it is when every listener is open
    Condition ready(Import imported, ImportAddressing addressing, Condition ready) {
        if (imported.headless() || !ready.status().equals("True")) {
            return ready;
        }
        return notOpen(imported.name()).or(() -> unheard(addressing)).orElse(ready);
    }

    private Optional<Condition> notOpen(ServiceName name) {
        return Optional.ofNullable(problems.get(name)).map(told -> {
            var more = told.size() - MOST_PROBLEMS;
            return new Condition(
                    "Ready",
                    "False",
                    "ListenerFailed",
                    String.join("; ", told.subList(0, Math.min(MOST_PROBLEMS, told.size())))
                            + (more > 0 ? "; and " + more + " more" : "") + ". What is sent there reaches no gateway.");
        });
    }

    /// Where several control planes feed gateways, the one that writes need not be followed by any.
    private Optional<Condition> unheard(ImportAddressing addressing) {
        return addressing instanceof ImportAddressing.OwnPools && !anyGateway
                ? Optional.of(new Condition(
                        "Ready",
                        "Unknown",
                        "NoGateway",
                        "No gateway is connected to the control plane, which could say that it listens."))
                : Optional.empty();
    }
}
