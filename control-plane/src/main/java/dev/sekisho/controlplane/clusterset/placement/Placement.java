package dev.sekisho.controlplane.clusterset.placement;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.names.PortKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// Where an import is to be found in this cluster.
///
/// @param ipFamilies one per entry of `ips`, in that order; of an import without addresses those it is meant to have
/// @param listenPorts see [dev.sekisho.controlplane.clusterset.Import]
/// @param ready the `Ready` condition that says so
/// @param outOfRoom whether it got less than it should because a pool or range is exhausted
public record Placement(
        List<String> ipFamilies,
        List<InetAddress> ips,
        Map<PortKey, Integer> listenPorts,
        Condition ready,
        boolean outOfRoom) {
    public Placement {
        ipFamilies = List.copyOf(ipFamilies);
        ips = List.copyOf(ips);
        listenPorts = Map.copyOf(listenPorts);
    }

    static Placement ofHeadless(MergedService service) {
        return new Placement(
                familiesOf(service),
                List.of(),
                Map.of(),
                new Condition(
                        "Ready",
                        "True",
                        "Ready",
                        HeadlessAnswers.shortened(service)
                                .map(shortened ->
                                        "The names of its endpoints resolve in this cluster, but " + shortened)
                                .orElse("The names of its endpoints resolve in this cluster.")),
                false);
    }

    /// Those of the endpoints when the Service does not say.
    static List<String> familiesOf(MergedService service) {
        var told = service.oldest().traits().ipFamilies();
        if (!told.isEmpty()) {
            return told;
        }
        var seen = service.sources().stream()
                .flatMap(source -> source.hostnames().stream())
                .flatMap(hostname -> hostname.addresses().stream())
                .map(Addresses::family)
                .distinct()
                .sorted()
                .toList();
        return seen.isEmpty() ? List.of(Addresses.IPV4) : seen;
    }

    static Condition pending(String message) {
        return new Condition("Ready", "False", "Pending", message);
    }
}
