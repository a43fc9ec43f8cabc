package dev.sekisho.controlplane.clusterset.placement;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.controlplane.clusterset.placement.ImportAddresses.Allocation;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.OwnPools;
import dev.sekisho.names.ServiceName;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Places imports at addresses out of pools of our own.
public final class PoolPlacements {
    private PoolPlacements() {}

    /// @param before the imports of the plan in force: it knows best, what is written counts for what it does not know,
    ///     as after a restart
    /// @param held imports that are not among `imported` and yet keep their addresses
    public static Map<ServiceName, Placement> of(
            OwnPools addressing,
            Map<ServiceName, MergedService> imported,
            ClusterView view,
            Map<ServiceName, Import> before,
            Set<ServiceName> held) {
        var wanted = new HashMap<ServiceName, List<String>>();
        imported.forEach((name, service) -> {
            if (!service.oldest().headless()) {
                wanted.put(name, service.oldest().traits().ipFamilies());
            }
        });
        var addresses = new HashMap<ServiceName, List<InetAddress>>();
        view.imports().values().stream()
                .filter(written -> imported.containsKey(written.name()) || held.contains(written.name()))
                .forEach(written -> addresses.put(written.name(), written.ips()));
        before.values().stream()
                .filter(existing ->
                        imported.containsKey(existing.name()) && !existing.ips().isEmpty())
                .forEach(existing -> addresses.put(existing.name(), existing.ips()));
        var allocations = new ImportAddresses(addressing.pools()).allocate(wanted, addresses);
        var placements = new HashMap<ServiceName, Placement>();
        imported.forEach((name, service) -> {
            var allocation = allocations.get(name);
            placements.put(name, allocation == null ? Placement.ofHeadless(service) : placed(service, allocation));
        });
        return placements;
    }

    private static Placement placed(MergedService service, Allocation allocation) {
        return new Placement(
                allocation.ipFamilies().isEmpty() ? Placement.familiesOf(service) : allocation.ipFamilies(),
                allocation.ips(),
                Map.of(),
                ready(allocation),
                !allocation.exhausted().isEmpty());
    }

    private static Condition ready(Allocation allocation) {
        var exhausted = allocation.exhausted();
        if (!allocation.ips().isEmpty()) {
            return new Condition(
                    "Ready",
                    "True",
                    "Ready",
                    exhausted.isEmpty()
                            ? "Gateways listen on its addresses."
                            : "Gateways listen on its addresses; there is no free " + String.join(",", exhausted)
                                    + " address for it, make the pool of import addresses larger.");
        }
        return exhausted.isEmpty()
                ? new Condition(
                        "Ready",
                        "False",
                        "IPFamilyNotSupported",
                        "This cluster has no pool of import addresses; give it one in importAddresses.")
                : Placement.pending("The pool of import addresses has no free " + String.join(",", exhausted)
                        + " address; make it larger.");
    }
}
