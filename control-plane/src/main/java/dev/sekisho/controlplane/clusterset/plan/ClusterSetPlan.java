package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.PlannedSlice;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.controlplane.clusterset.placement.Placement;
import dev.sekisho.controlplane.clusterset.placement.PoolPlacements;
import dev.sekisho.controlplane.clusterset.placement.ServicePlacements;
import dev.sekisho.feed.RouteKey;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.PolicyScope;
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
/// @param view what of this cluster it was made of
/// @param local what this cluster exports
/// @param held imports that are written already and must stay, see [#of]
/// @param passes the extra NetworkPolicies that let gateways through
/// @param routes the route table as resources by key
/// @param conflicts the services whose exports disagree
/// @param outOfRoom the imports that got fewer addresses or listen ports than they should, because a pool or the
///     range is exhausted
public record ClusterSetPlan(
        ClusterView view,
        LocalExports local,
        Map<ServiceName, Import> imports,
        Set<ServiceName> held,
        Map<ServiceName, List<Condition>> exportConditions,
        Map<ServiceName, List<Condition>> importConditions,
        List<GatewayPass> passes,
        SortedMap<String, Resource> routes,
        Set<ServiceName> conflicts,
        Set<ServiceName> outOfRoom) {
    public ClusterSetPlan {
        imports = Map.copyOf(imports);
        held = Set.copyOf(held);
        exportConditions = Map.copyOf(exportConditions);
        importConditions = Map.copyOf(importConditions);
        passes = List.copyOf(passes);
        conflicts = Set.copyOf(conflicts);
        outOfRoom = Set.copyOf(outOfRoom);
    }

    /// The valid ones of this cluster, for its peers.
    public Map<ServiceName, Export> exports() {
        return local.valid();
    }

    /// The same plan, with the `Ready` conditions of exports saying what linked clusters know of them.
    ///
    /// @param untold why no cluster is told of an export
    /// @param refused by cluster, why it does not take an export of which it is told
    public ClusterSetPlan told(Map<ServiceName, String> untold, Map<ClusterName, Map<ServiceName, String>> refused) {
        var conditions = new HashMap<>(exportConditions);
        exports()
                .keySet()
                .forEach(name -> Told.of(name, untold, refused)
                        .ifPresent(told -> conditions.computeIfPresent(
                                name,
                                (_, all) -> all.stream()
                                        .map(condition -> condition.type().equals(told.type()) ? told : condition)
                                        .toList())));
        return new ClusterSetPlan(
                view, local, imports, held, conditions, importConditions, passes, routes, conflicts, outOfRoom);
    }

    /// Who we are and how imports appear here.
    ///
    /// @param addressing how imports get their addresses here
    /// @param labels what a clusterSelector sees of this cluster
    /// @param policyMode of namespaces that have none of their own
    public record Rules(
            ClusterName cluster,
            ClusterSetName clusterSet,
            ImportAddressing addressing,
            Map<String, String> labels,
            PolicyMode policyMode) {
        public Rules {
            labels = Map.copyOf(labels);
        }

        /// Without labels, and enforcing.
        public Rules(ClusterName cluster, ClusterSetName clusterSet, ImportAddressing addressing) {
            this(cluster, clusterSet, addressing, Map.of(), PolicyMode.ENFORCE);
        }

        /// What policies are judged in, besides themselves.
        public PolicyScope policyScope(ClusterView view) {
            return view.policyScope(cluster, labels, policyMode);
        }
    }

    /// Plans anew from everything there is to know. While a linked peer has not yet said everything it exports, an
    /// import that an earlier run has written, and that nobody heard so far accounts for, is held:
    /// neither withdrawn nor changed (invariant 1).
    ///
    /// @param peers by cluster; only those of linked peers count
    /// @param before the plan in force, empty at first; its imports keep their addresses and ports
    public static ClusterSetPlan of(
            Rules rules, ClusterView view, Map<ClusterName, PeerExports> peers, Optional<ClusterSetPlan> before) {
        var local = LocalExports.of(rules.policyScope(view), view, before.map(ClusterSetPlan::local));
        var merged = merge(local, view, peers);
        var imported = new TreeMap<>(merged);
        imported.keySet().removeIf(name -> !view.namespaces().containsKey(name.namespace()));
        var held = held(rules, view, peers, imported.keySet(), before);
        var placements = placements(rules.addressing(), imported, view, before, held);
        var imports = new HashMap<ServiceName, Import>();
        var importConditions = new HashMap<ServiceName, List<Condition>>();
        imported.forEach((name, service) -> {
            var placement = placementOf(placements, name);
            var now = toImport(service, placement, slices(rules, view, local, service, placement));
            var last = before.flatMap(plan -> Optional.ofNullable(plan.imports.get(name)));
            // Who writes it may go by identity.
            imports.put(name, last.filter(now::equals).orElse(now));
            importConditions.put(name, List.of(placement.ready()));
        });
        return new ClusterSetPlan(
                view,
                local,
                imports,
                held,
                exportConditions(view, local, merged),
                importConditions,
                passes(rules.addressing(), view, local, imports.values(), held, before),
                RouteResources.of(rules, view, local, imports.values(), listeners(rules.addressing(), view), before),
                merged.values().stream()
                        .filter(MergedService::hasConflict)
                        .map(MergedService::name)
                        .collect(Collectors.toSet()),
                placements.entrySet().stream()
                        .filter(entry -> entry.getValue().outOfRoom())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
    }

    private static Map<ServiceName, Placement> placements(
            ImportAddressing addressing,
            Map<ServiceName, MergedService> imported,
            ClusterView view,
            Optional<ClusterSetPlan> before,
            Set<ServiceName> held) {
        var earlier = before.map(ClusterSetPlan::imports).orElse(Map.of());
        return switch (addressing) {
            case ImportAddressing.OwnPools own -> PoolPlacements.of(own, imported, view, earlier, held);
            case ImportAddressing.ClusterService service -> ServicePlacements.of(service, imported, view, earlier);
        };
    }

    private static Placement placementOf(Map<ServiceName, Placement> placements, ServiceName name) {
        return Optional.ofNullable(placements.get(name)).orElseThrow();
    }

    private static List<PlannedSlice> slices(
            Rules rules, ClusterView view, LocalExports local, MergedService service, Placement placement) {
        return switch (rules.addressing()) {
            case ImportAddressing.OwnPools _ -> List.of();
            case ImportAddressing.ClusterService addressing ->
                ImportSlices.of(
                        new ImportSlices.Here(
                                rules.cluster(),
                                view.gateways(),
                                addressing.localTraffic(),
                                pod -> Optional.ofNullable(view.pods().get(pod)).flatMap(ClusterView.Pod::node)),
                        service,
                        placement,
                        local.backends().getOrDefault(service.name(), List.of()));
        };
    }

    private static List<GatewayPass> passes(
            ImportAddressing addressing,
            ClusterView view,
            LocalExports local,
            Collection<Import> imports,
            Set<ServiceName> held,
            Optional<ClusterSetPlan> before) {
        return switch (addressing) {
            case ImportAddressing.OwnPools _ -> List.of();
            case ImportAddressing.ClusterService service -> {
                var listened = imports.stream()
                        .anyMatch(imported -> !imported.listenPorts().isEmpty());
                yield GatewayPasses.of(service, view, local, listened || !held.isEmpty(), before);
            }
        };
    }

    private static ListenerPlan listeners(ImportAddressing addressing, ClusterView view) {
        return switch (addressing) {
            case ImportAddressing.OwnPools _ -> ListenerPlan.onImportAddresses();
            case ImportAddressing.ClusterService _ -> ListenerPlan.onListenPorts(view.imports());
        };
    }

    /// The same plan with what gateways say of their listeners in the conditions of imports.
    public ClusterSetPlan heard(Rules rules, Listening listening) {
        var conditions = new HashMap<ServiceName, List<Condition>>();
        importConditions.forEach((name, all) -> conditions.put(
                name,
                all.stream()
                        .map(each -> listening.ready(
                                Optional.ofNullable(imports.get(name)).orElseThrow(), rules.addressing(), view, each))
                        .toList()));
        return new ClusterSetPlan(
                view, local, imports, held, exportConditions, conditions, passes, routes, conflicts, outOfRoom);
    }

    /// The keys of the resources that are not in [#routes] and must not be taken from a gateway that has them.
    public Set<String> keptRoutes() {
        return held.stream().map(name -> new RouteKey.Import(name).text()).collect(Collectors.toSet());
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

    private static Import toImport(MergedService service, Placement placement, List<PlannedSlice> slices) {
        var oldest = service.oldest();
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
                        placement.ipFamilies()),
                oldest.exportedLabels(),
                oldest.exportedAnnotations(),
                placement.ips(),
                placement.listenPorts(),
                slices,
                service.sources());
    }

    private static Map<ServiceName, List<Condition>> exportConditions(
            ClusterView view, LocalExports local, Map<ServiceName, MergedService> merged) {
        var conditions = new HashMap<ServiceName, List<Condition>>();
        var missing = new MissingEndpoints(view, local);
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
                                LeftOutEndpoints.ready(local, missing, name),
                                Optional.ofNullable(merged.get(name))
                                        .map(MergedService::conflict)
                                        .orElseThrow())));
        return conditions;
    }
}
