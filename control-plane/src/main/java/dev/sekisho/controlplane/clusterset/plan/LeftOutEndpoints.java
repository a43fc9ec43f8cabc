package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.names.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Endpoints that an EndpointSlice calls ready and that are sent nothing all the same, as nobody can say whose policies
/// hold there. Calls to headless services do not pass a gateway, so none of theirs is left out.
final class LeftOutEndpoints {
    private static final int MOST_NAMED = 3;

    private LeftOutEndpoints() {}

    /// The `Ready` condition of a valid export.
    static Condition ready(LocalExports local, MissingEndpoints missing, ServiceName name) {
        var export = Optional.ofNullable(local.valid().get(name)).orElseThrow();
        var leftOut = export.headless() ? List.<Backend>of() : leftOut(local, name);
        if (leftOut.isEmpty()) {
            return missing.why(name)
                    .map(why -> new Condition(
                            "Ready", "True", "NoEndpoint", "Linked clusters are told of it, but " + why + "."))
                    .orElseGet(() -> new Condition("Ready", "True", "Exported", "Linked clusters are told of it."));
        }
        var more = leftOut.size() - MOST_NAMED;
        var named = leftOut.stream()
                        .limit(MOST_NAMED)
                        .map(endpoint -> "to " + Addresses.text(endpoint.address()) + ", as "
                                + local.pods().whyUnknown(endpoint))
                        .collect(Collectors.joining("; "))
                + (more > 0 ? "; and to " + more + " more endpoints" : "");
        return export.readiness().isReady()
                ? new Condition(
                        "Ready",
                        "True",
                        "EndpointsLeftOut",
                        "Linked clusters are told of it, but nothing is sent " + named + ".")
                : new Condition(
                        "Ready",
                        "False",
                        "EndpointsLeftOut",
                        "Linked clusters are told that it has no ready endpoint: nothing is sent " + named + ".");
    }

    private static List<Backend> leftOut(LocalExports local, ServiceName name) {
        return local.backends().getOrDefault(name, List.of()).stream()
                .filter(endpoint -> endpoint.ready() && !local.pods().isKnown(endpoint))
                .toList();
    }
}
