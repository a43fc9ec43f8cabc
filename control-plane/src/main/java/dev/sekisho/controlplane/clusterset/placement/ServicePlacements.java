package dev.sekisho.controlplane.clusterset.placement;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.ClusterService;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Places imports at the addresses that the cluster gave to their Services, each port at one of the gateway pods.
public final class ServicePlacements {
    private ServicePlacements() {}

    /// @param before the imports of the plan in force
    public static Map<ServiceName, Placement> of(
            ClusterService addressing,
            Map<ServiceName, MergedService> imported,
            ClusterView view,
            Map<ServiceName, Import> before) {
        var wanted = new HashMap<ServiceName, List<PortKey>>();
        imported.forEach((name, service) -> {
            if (!service.oldest().headless()) {
                wanted.put(name, listenedFor(service));
            }
        });
        var written = new HashMap<ServiceName, Map<PortKey, Integer>>();
        view.imports().forEach((name, existing) -> written.put(name, existing.listenPorts()));
        var planned = new HashMap<ServiceName, Map<PortKey, Integer>>();
        before.forEach((name, existing) -> planned.put(name, existing.listenPorts()));
        var allocations = new ListenPorts(addressing.listenPorts()).allocate(wanted, written, planned);
        var placements = new HashMap<ServiceName, Placement>();
        imported.forEach((name, service) -> {
            var allocation = allocations.get(name);
            placements.put(
                    name,
                    allocation == null
                            ? Placement.ofHeadless(service)
                            : placed(
                                    addresses(
                                            service,
                                            Optional.ofNullable(view.imports().get(name)),
                                            Optional.ofNullable(before.get(name))),
                                    allocation));
        });
        return placements;
    }

    /// No gateway carries SCTP.
    private static List<PortKey> listenedFor(MergedService service) {
        return service.ports().stream()
                .map(ServicePort::key)
                .filter(port -> port.transport() != Transport.SCTP)
                .toList();
    }

    /// Those it has had stay, whoever is the oldest now. A new import takes the families of the oldest export; when the
    /// cluster has none of these, any will do, because gateways speak either family on each side.
    private static List<InetAddress> addresses(
            MergedService service, Optional<WrittenImport> written, Optional<Import> before) {
        var given = written.map(WrittenImport::ips).orElse(List.of());
        var had = before.map(Import::ips).orElse(List.of());
        if (!had.isEmpty() && given.containsAll(had)) {
            return had;
        }
        var ofOldest = firstOfEach(service.oldest().traits().ipFamilies(), given);
        return ofOldest.isEmpty()
                ? firstOfEach(given.stream().map(Addresses::family).toList(), given)
                : ofOldest;
    }

    private static List<InetAddress> firstOfEach(List<String> families, List<InetAddress> given) {
        return families.stream()
                .distinct()
                .flatMap(family -> given.stream()
                        .filter(ip -> Addresses.family(ip).equals(family))
                        .limit(1))
                .toList();
    }

    private static Placement placed(List<InetAddress> ips, ListenPorts.Allocation allocation) {
        return new Placement(
                ips.stream().map(Addresses::family).toList(),
                ips,
                allocation.ports(),
                ready(ips, allocation),
                !allocation.without().isEmpty());
    }

    private static Condition ready(List<InetAddress> ips, ListenPorts.Allocation allocation) {
        var without = allocation.without().stream().map(PortKey::toString).collect(Collectors.joining(","));
        var shortage = "there is no free listen port for " + without + ", make the range listenPorts larger.";
        if (!without.isEmpty() && allocation.ports().isEmpty()) {
            return Placement.pending("It cannot be called from here: " + shortage);
        }
        if (allocation.ports().isEmpty()) {
            return Placement.pending(
                    "It cannot be called from here: it has no port but SCTP, which gateways do not carry.");
        }
        if (ips.isEmpty()) {
            return Placement.pending("The Service that gives it its address is being made.");
        }
        return new Condition(
                "Ready",
                "True",
                "Ready",
                without.isEmpty() ? "Its addresses lead to it." : "Its addresses lead to it, but " + shortage);
    }
}
