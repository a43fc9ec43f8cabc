package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ImportAddresses.Allocation;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Everything that follows from what this cluster looks like and what its peers export: what to tell the peers, the
/// gateways, and the cluster itself.
///
/// @param exports the valid ones of this cluster, for its peers
/// @param held imports that are written already and must stay, see [#of]
/// @param passes the extra NetworkPolicies that let gateways through
/// @param routes the route table as resources by key
/// @param conflicts the services whose exports disagree
/// @param withoutAddress the imports that got fewer addresses than they should, because a pool is exhausted
public record ClusterSetPlan(
        Map<ServiceName, Export> exports,
        Map<ServiceName, Import> imports,
        Set<ServiceName> held,
        Map<ServiceName, List<Condition>> exportConditions,
        Map<ServiceName, List<Condition>> importConditions,
        List<GatewayPass> passes,
        SortedMap<String, Resource> routes,
        Set<ServiceName> conflicts,
        Set<ServiceName> withoutAddress) {
    public ClusterSetPlan {
        exports = Map.copyOf(exports);
        imports = Map.copyOf(imports);
        held = Set.copyOf(held);
        exportConditions = Map.copyOf(exportConditions);
        importConditions = Map.copyOf(importConditions);
        passes = List.copyOf(passes);
        conflicts = Set.copyOf(conflicts);
        withoutAddress = Set.copyOf(withoutAddress);
    }

    /// Who we are and how imports appear here.
    ///
    /// @param addressing how imports get their addresses here
    public record Rules(ClusterName cluster, ClusterSetName clusterSet, ImportAddressing addressing) {}

    /// Plans anew from everything there is to know. While a linked peer has not yet said everything it exports, an
    /// import
    /// that an earlier run has written, and that nobody heard so far accounts for, is held: neither withdrawn nor
    /// changed (invariant 1).
    ///
    /// @param peers by cluster; only those of linked peers count
    /// @param before the plan in force, empty at first; its imports keep their addresses
    public static ClusterSetPlan of(
            Rules rules, ClusterView view, Map<ClusterName, PeerExports> peers, Optional<ClusterSetPlan> before) {
        var local = LocalExports.of(rules.cluster(), view);
        var merged = merge(local, view, peers);
        var imported = new TreeMap<>(merged);
        imported.keySet().removeIf(name -> !view.namespaces().containsKey(name.namespace()));
        var held = held(rules, view, peers, imported.keySet(), before);
        var allocations = new ImportAddresses(pools(rules.addressing()))
                .allocate(wantedFamilies(imported), heldAddresses(view, before, imported.keySet(), held));
        var imports = new HashMap<ServiceName, Import>();
        var importConditions = new HashMap<ServiceName, List<Condition>>();
        imported.forEach((name, service) -> {
            var allocation = Optional.ofNullable(allocations.get(name));
            imports.put(name, toImport(service, allocation));
            importConditions.put(name, List.of(ready(allocation)));
        });
        return new ClusterSetPlan(
                local.valid(),
                imports,
                held,
                exportConditions(local, merged),
                importConditions,
                List.of(),
                RouteResources.of(
                        rules.cluster(),
                        rules.clusterSet(),
                        view,
                        local.valid().keySet(),
                        imports.values(),
                        listeners(rules.addressing(), view)),
                merged.values().stream()
                        .filter(MergedService::hasConflict)
                        .map(MergedService::name)
                        .collect(Collectors.toSet()),
                allocations.entrySet().stream()
                        .filter(entry -> !entry.getValue().exhausted().isEmpty())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
    }

    private static List<Cidr> pools(ImportAddressing addressing) {
        return switch (addressing) {
            case ImportAddressing.OwnPools own -> own.pools();
            case ImportAddressing.ClusterService _ -> List.of();
        };
    }

    private static ListenerPlan listeners(ImportAddressing addressing, ClusterView view) {
        return switch (addressing) {
            case ImportAddressing.OwnPools _ -> ListenerPlan.onImportAddresses();
            case ImportAddressing.ClusterService _ -> ListenerPlan.onListenPorts(view.imports());
        };
    }

    /// The keys of the resources that are not in [#routes] and must not be taken from a gateway that has them.
    public Set<String> keptRoutes() {
        return held.stream().map(RouteResources::importKey).collect(Collectors.toSet());
    }

    private static Map<ServiceName, MergedService> merge(
            LocalExports local, ClusterView view, Map<ClusterName, PeerExports> peers) {
        var constituents = new TreeMap<ServiceName, List<Export>>();
        local.valid().values().forEach(export -> add(constituents, export));
        peers.values().stream()
                .filter(peer -> view.peers().containsKey(peer.peer()))
                .flatMap(peer -> peer.exports().values().stream())
                .forEach(export -> add(constituents, export));
        var merged = new TreeMap<ServiceName, MergedService>();
        constituents.forEach((name, exports) -> merged.put(name, MergedService.merge(exports)));
        return merged;
    }

    private static void add(Map<ServiceName, List<Export>> constituents, Export export) {
        constituents.computeIfAbsent(export.name(), _ -> new ArrayList<>()).add(export);
    }

    private static Set<ServiceName> held(
            Rules rules,
            ClusterView view,
            Map<ClusterName, PeerExports> peers,
            Set<ServiceName> imported,
            Optional<ClusterSetPlan> before) {
        var allHeard = view.peers().keySet().stream()
                .filter(peer -> !peer.equals(rules.cluster()))
                .allMatch(peer -> Optional.ofNullable(peers.get(peer))
                        .map(PeerExports::complete)
                        .orElse(false));
        if (allHeard) {
            return Set.of();
        }
        // What this run has once accounted for is no leftover of an earlier one: it may go.
        Collection<ServiceName> candidates = before.map(plan -> (Collection<ServiceName>) plan.held())
                .orElse(view.imports().keySet());
        return candidates.stream()
                .filter(name -> !imported.contains(name))
                .filter(name -> view.namespaces().containsKey(name.namespace()))
                .collect(Collectors.toSet());
    }

    private static Map<ServiceName, List<String>> wantedFamilies(Map<ServiceName, MergedService> imported) {
        var wanted = new HashMap<ServiceName, List<String>>();
        imported.forEach((name, service) -> {
            if (!service.oldest().headless()) {
                wanted.put(name, service.oldest().traits().ipFamilies());
            }
        });
        return wanted;
    }

    /// The plan in force knows best; what is written counts for what it does not know, as after a restart.
    private static Map<ServiceName, List<InetAddress>> heldAddresses(
            ClusterView view, Optional<ClusterSetPlan> before, Set<ServiceName> imported, Set<ServiceName> held) {
        var addresses = new HashMap<ServiceName, List<InetAddress>>();
        view.imports().values().stream()
                .filter(written -> imported.contains(written.name()) || held.contains(written.name()))
                .forEach(written -> addresses.put(written.name(), written.ips()));
        before.ifPresent(plan -> plan.imports().values().stream()
                .filter(existing ->
                        imported.contains(existing.name()) && !existing.ips().isEmpty())
                .forEach(existing -> addresses.put(existing.name(), existing.ips())));
        return addresses;
    }

    private static Import toImport(MergedService service, Optional<Allocation> allocation) {
        var oldest = service.oldest();
        var families = allocation
                .map(Allocation::ipFamilies)
                .filter(allocated -> !allocated.isEmpty())
                .orElseGet(() -> familiesOf(service));
        var traits = oldest.traits();
        return new Import(
                service.name(),
                oldest.headless(),
                service.ports(),
                new ServiceTraits(
                        traits.sessionAffinity(),
                        traits.sessionAffinityTimeoutSeconds(),
                        traits.internalTrafficPolicy(),
                        traits.trafficDistribution(),
                        families),
                oldest.exportedLabels(),
                oldest.exportedAnnotations(),
                allocation.map(Allocation::ips).orElse(List.of()),
                Map.of(),
                List.of(),
                service.sources());
    }

    /// An import without addresses still names its families; of a headless service those of its endpoints when the
    /// Service does not say.
    private static List<String> familiesOf(MergedService service) {
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

    private static Condition ready(Optional<Allocation> allocation) {
        if (allocation.isEmpty()) {
            return new Condition("Ready", "True", "Ready", "The names of its endpoints resolve in this cluster.");
        }
        var exhausted = allocation.get().exhausted();
        if (!allocation.get().ips().isEmpty()) {
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
                : new Condition(
                        "Ready",
                        "False",
                        "Pending",
                        "The pool of import addresses has no free " + String.join(",", exhausted)
                                + " address; make it larger.");
    }

    private static Map<ServiceName, List<Condition>> exportConditions(
            LocalExports local, Map<ServiceName, MergedService> merged) {
        var conditions = new HashMap<ServiceName, List<Condition>>();
        local.refused()
                .forEach((name, refusal) -> conditions.put(
                        name,
                        List.of(
                                refusal,
                                new Condition("Ready", "False", "Pending", "It is exported once it is valid."))));
        local.valid()
                .keySet()
                .forEach(name -> conditions.put(
                        name,
                        List.of(
                                new Condition("Valid", "True", "Valid", "The Service can be exported."),
                                new Condition("Ready", "True", "Exported", "Linked clusters are told of it."),
                                Optional.ofNullable(merged.get(name))
                                        .map(MergedService::conflict)
                                        .orElseThrow())));
        return conditions;
    }
}
