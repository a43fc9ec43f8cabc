package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.kinds.Namespaces;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Makes the view of the cluster out of what its files define. A plain function.
final class FolderView {
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    private final Map<String, PolicyMode> policyModes = new HashMap<>();
    private final Map<PodName, Definition.Pod> pods = new HashMap<>();
    private final Map<ServiceName, Definition.Service> services = new HashMap<>();
    private final Map<ServiceName, List<ClusterView.EndpointSlice>> slices = new HashMap<>();
    private final Map<ServiceName, Definition.ServiceExport> exports = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Policy> policies = new ArrayList<>();
    private final Map<ClusterName, ClusterView.Peer> peers = new HashMap<>();

    private FolderView() {}

    /// @param createdAt of an export that does not say it itself
    static ClusterView of(
            List<Definition> definitions,
            Function<ServiceName, Instant> createdAt,
            Map<ServiceName, WrittenImport> imports) {
        var view = new FolderView();
        definitions.forEach(view::add);
        return view.build(createdAt, imports);
    }

    private void add(Definition definition) {
        var namespace = definition.key().namespace();
        if (!namespace.isEmpty()) {
            // One that is only used is there all the same: nobody has to write it down.
            namespaces.putIfAbsent(namespace, Namespaces.labels(namespace, Map.of()));
        }
        switch (definition) {
            case Definition.Namespace given -> {
                namespaces.put(given.name(), Namespaces.labels(given.name(), given.labels()));
                given.policyMode().ifPresent(mode -> policyModes.put(given.name(), mode));
            }
            case Definition.Pod pod -> pods.put(pod.pod().name(), pod);
            case Definition.Service service -> services.put(service.service().name(), service);
            case Definition.EndpointSlice slice ->
                slice.slice()
                        .ifPresent(given -> slices.computeIfAbsent(given.service(), _ -> new ArrayList<>())
                                .add(given));
            case Definition.ServiceExport export -> exports.put(export.name(), export);
            case Definition.Node node -> nodes.add(node.node());
            case Definition.PolicyObject policy -> policies.add(policy.policy());
            case Definition.Peer peer -> peers.put(peer.peer().name(), peer.peer());
        }
    }

    private ClusterView.Service inTheFamiliesOfPods(Definition.Service definition) {
        var service = definition.service();
        if (service.selector().isEmpty() || !definition.familiesOfPods()) {
            return service;
        }
        var traits = service.traits();
        return new ClusterView.Service(
                service.name(),
                service.kind(),
                service.ports(),
                service.targets(),
                service.selector(),
                new ServiceTraits(
                        traits.sessionAffinity(),
                        traits.sessionAffinityTimeoutSeconds(),
                        traits.internalTrafficPolicy(),
                        traits.trafficDistribution(),
                        DerivedEndpoints.families(definition, pods.values())));
    }

    private ClusterView build(Function<ServiceName, Instant> createdAt, Map<ServiceName, WrittenImport> imports) {
        services.forEach((name, service) -> {
            if (!service.service().selector().isEmpty()) {
                slices.computeIfAbsent(name, _ -> DerivedEndpoints.of(service, pods.values()));
            }
        });
        var viewedPods = new HashMap<PodName, ClusterView.Pod>();
        pods.forEach((name, pod) -> viewedPods.put(name, pod.pod()));
        var viewedServices = new HashMap<ServiceName, ClusterView.Service>();
        services.forEach((name, service) -> viewedServices.put(name, inTheFamiliesOfPods(service)));
        var viewedExports = new HashMap<ServiceName, ClusterView.ServiceExport>();
        exports.forEach((name, export) -> viewedExports.put(
                name,
                new ClusterView.ServiceExport(
                        name,
                        export.createdAt().orElseGet(() -> createdAt.apply(name)),
                        export.exportedLabels(),
                        export.exportedAnnotations())));
        var sortedPolicies =
                policies.stream().sorted(Comparator.comparing(Policy::name)).toList();
        return new ClusterView(
                namespaces,
                policyModes,
                viewedPods,
                viewedServices,
                slices,
                viewedExports,
                Node.addressed(sortedPolicies, nodes),
                peers,
                imports,
                List.of());
    }
}
