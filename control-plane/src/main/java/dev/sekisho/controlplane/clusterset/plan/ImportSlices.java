package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.ClusterView.GatewayPod;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.controlplane.clusterset.PlannedSlice;
import dev.sekisho.controlplane.clusterset.PlannedSlice.PlannedEndpoint;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.placement.Placement;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// The EndpointSlices of one import. A port leads only to clusters that expose exactly it: into this cluster's own
/// endpoints, or to the gateways, which choose among the clusters that do.
final class ImportSlices {
    private final Here here;
    private final MergedService service;
    private final Placement placement;
    private final List<Backend> backends;
    private final List<PlannedSlice> slices = new ArrayList<>();

    /// What every import of this cluster has in common.
    ///
    /// @param nodes where a pod runs, when it is known
    record Here(
            ClusterName cluster,
            List<GatewayPod> gateways,
            LocalTraffic localTraffic,
            Function<PodName, Optional<String>> nodes) {}

    private ImportSlices(Here here, MergedService service, Placement placement, List<Backend> backends) {
        this.here = here;
        this.service = service;
        this.placement = placement;
        this.backends = backends;
    }

    /// Oldest source first, so that the same knowledge gives the same slices.
    ///
    /// @param backends those of this cluster; none when it is not one of the sources
    static List<PlannedSlice> of(Here here, MergedService service, Placement placement, List<Backend> backends) {
        var planned = new ImportSlices(here, service, placement, backends);
        for (Export source : service.sources()) {
            for (String family : placement.ipFamilies()) {
                planned.add(source, family);
            }
        }
        return List.copyOf(planned.slices);
    }

    private void add(Export source, String family) {
        var isLocal = source.cluster().equals(here.cluster());
        if (service.oldest().headless()) {
            if (isLocal) {
                addBackends(family, false);
            } else {
                addHostnames(source, family);
            }
        } else if (isLocal) {
            addBackends(family, true);
            addOtherFamily(family);
        } else {
            addRemote(source, family);
        }
    }

    /// Pods whose named ports differ are in slices of their own.
    private void addBackends(String family, boolean routed) {
        var byPorts = new LinkedHashMap<List<SlicePort>, List<PlannedEndpoint>>();
        for (Backend backend : backends) {
            if (Addresses.family(backend.address()).equals(family)) {
                byPorts.computeIfAbsent(ports(backend), _ -> new ArrayList<>())
                        .add(new PlannedEndpoint(
                                backend.address(),
                                backend.readiness(),
                                backend.hostname(),
                                backend.pod(),
                                backend.pod().flatMap(here.nodes())));
            }
        }
        byPorts.forEach((ports, endpoints) -> add(here.cluster(), family, routed, ports, endpoints));
    }

    private List<SlicePort> ports(Backend backend) {
        return service.ports().stream()
                .filter(port -> backend.ports().containsKey(port.key()))
                .map(port -> new SlicePort(
                        port.name(), port.transport(), backend.ports().getOrDefault(port.key(), 0)))
                .toList();
    }

    /// What this cluster's own endpoints serve in the import's other family alone: a gateway speaks either.
    private void addOtherFamily(String family) {
        var inThis = servedHere(family);
        var inOther = servedHere(Addresses.otherFamily(family));
        addGateways(
                here.cluster(),
                family,
                Readiness.READY,
                true,
                port -> inOther.contains(port.key()) && !inThis.contains(port.key()));
    }

    private void addRemote(Export source, String family) {
        var stayingHere = here.localTraffic() == LocalTraffic.FIRST ? servedHere(family) : Set.<PortKey>of();
        Predicate<ServicePort> exposed = port -> source.exposes(port.key());
        // kube-proxy takes the same gateway of two slices for one endpoint, ready or not as chance will have it.
        Predicate<ServicePort> routed =
                exposed.and(port -> isWanted(source, port.key()) && !stayingHere.contains(port.key()));
        addGateways(source.cluster(), family, source.readiness(), true, routed);
        addGateways(source.cluster(), family, source.readiness(), false, exposed.and(routed.negate()));
    }

    /// One that terminates is wanted only while no gateway leads to one that is ready: kube-proxy takes it as the last
    /// resort, and then it must not see the same gateway as ready.
    private boolean isWanted(Export source, PortKey port) {
        return switch (source.readiness()) {
            case READY -> true;
            case TERMINATING ->
                service.sources().stream().noneMatch(other -> other.ready() && other.exposes(port))
                        && backends.stream()
                                .noneMatch(backend ->
                                        backend.ready() && backend.ports().containsKey(port));
            case NOT_READY -> false;
        };
    }

    /// The ports of which at least one endpoint of this cluster is ready in that family.
    private Set<PortKey> servedHere(String family) {
        var served = new HashSet<PortKey>();
        backends.stream()
                .filter(backend ->
                        backend.ready() && Addresses.family(backend.address()).equals(family))
                .forEach(backend -> served.addAll(backend.ports().keySet()));
        return served;
    }

    private void addGateways(
            ClusterName source, String family, Readiness readiness, boolean routed, Predicate<ServicePort> which) {
        var ports = service.ports().stream()
                .filter(port -> placement.listenPorts().containsKey(port.key()))
                .filter(which)
                .map(port -> new SlicePort(
                        port.name(), port.transport(), placement.listenPorts().getOrDefault(port.key(), 0)))
                .toList();
        var endpoints = new ArrayList<PlannedEndpoint>();
        for (GatewayPod gateway : here.gateways()) {
            gateway.addresses().stream()
                    .filter(address -> Addresses.family(address).equals(family))
                    .forEach(address -> endpoints.add(new PlannedEndpoint(
                            address,
                            readiness,
                            Optional.empty(),
                            Optional.of(gateway.name()),
                            here.nodes().apply(gateway.name()))));
        }
        endpoints.sort(Comparator.comparing(PlannedEndpoint::address, Addresses.ORDER));
        add(source, family, routed, ports, endpoints);
    }

    private void addHostnames(Export source, String family) {
        var ports = new ArrayList<SlicePort>();
        for (ServicePort port : service.ports()) {
            source.onlyTarget(port.key())
                    .ifPresent(target -> ports.add(new SlicePort(port.name(), port.transport(), target)));
        }
        var endpoints = new ArrayList<PlannedEndpoint>();
        for (Hostname hostname : source.hostnames()) {
            hostname.addresses().stream()
                    .filter(address -> Addresses.family(address).equals(family))
                    .forEach(address -> endpoints.add(new PlannedEndpoint(
                            address,
                            Readiness.READY,
                            // An endpoint without a name is called so by DNS itself.
                            Optional.of(hostname.hostname()).filter(name -> !name.equals(Addresses.dashed(address))),
                            Optional.empty())));
        }
        add(source.cluster(), family, false, ports, endpoints);
    }

    private void add(
            ClusterName source, String family, boolean routed, List<SlicePort> ports, List<PlannedEndpoint> endpoints) {
        if (ports.isEmpty() && !service.ports().isEmpty()) {
            return;
        }
        for (var from = 0; from < endpoints.size(); from += PlannedSlice.MAX_ENDPOINTS) {
            var to = Math.min(endpoints.size(), from + PlannedSlice.MAX_ENDPOINTS);
            slices.add(new PlannedSlice(service.name(), source, family, routed, ports, endpoints.subList(from, to)));
        }
    }
}
