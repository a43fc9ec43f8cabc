package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.EndpointSlice;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// The EndpointSlices that Kubernetes' own controller would write for a Service with a selector: one per address family
/// and set of pod ports, because a named target port may be another number on each pod.
final class DerivedEndpoints {
    private DerivedEndpoints() {}

    static List<EndpointSlice> of(Definition.Service definition, Collection<Definition.Pod> pods) {
        var service = definition.service();
        var slices = new ArrayList<EndpointSlice>();
        for (var family : families(definition, pods)) {
            var endpoints = new LinkedHashMap<List<SlicePort>, List<SliceEndpoint>>();
            pods.stream()
                    .filter(pod -> isSelected(service, pod.pod()))
                    .sorted(Comparator.comparing(pod -> pod.pod().name()))
                    .filter(pod -> families(definition, pod.pod()).contains(family))
                    .forEach(pod -> address(pod.pod(), family)
                            .ifPresent(address -> endpoints
                                    .computeIfAbsent(ports(service, pod.pod()), _ -> new ArrayList<>())
                                    .add(endpoint(definition, pod, address))));
            endpoints.forEach((ports, list) -> slices.add(new EndpointSlice(service.name(), ports, list)));
        }
        return slices;
    }

    /// The families in which a service has endpoints, its usual ones first: of one that does not say, those of its
    /// pods, as the import pools say what callers here use and nothing of the pods.
    static List<String> families(Definition.Service definition, Collection<Definition.Pod> pods) {
        var families = new LinkedHashSet<>(definition.service().traits().ipFamilies());
        if (!definition.familiesOfPods()) {
            return List.copyOf(families);
        }
        var used = new HashSet<String>();
        pods.stream()
                .map(Definition.Pod::pod)
                .filter(pod -> isSelected(definition.service(), pod))
                .forEach(pod -> used.addAll(families(definition, pod)));
        if (!used.isEmpty()) {
            families.retainAll(used);
            families.addAll(used.stream().sorted().toList());
        }
        return List.copyOf(families);
    }

    /// A pod that has none of the usual families is an endpoint in its own.
    private static Set<String> families(Definition.Service definition, ClusterView.Pod pod) {
        var usual = definition.service().traits().ipFamilies();
        var own = pod.addresses().stream()
                .map(address -> address.getAddress().length == 4 ? "IPv4" : "IPv6")
                .collect(Collectors.toSet());
        return !definition.familiesOfPods() || own.stream().anyMatch(usual::contains) ? Set.copyOf(usual) : own;
    }

    private static boolean isSelected(ClusterView.Service service, ClusterView.Pod pod) {
        return pod.name().namespace().equals(service.name().namespace())
                && pod.labels().entrySet().containsAll(service.selector().entrySet());
    }

    private static Optional<InetAddress> address(ClusterView.Pod pod, String family) {
        var width = family.equals("IPv6") ? 16 : 4;
        return pod.addresses().stream()
                .filter(address -> address.getAddress().length == width)
                .findFirst();
    }

    // A pod that does not have a named port is an endpoint without that port.
    private static List<SlicePort> ports(ClusterView.Service service, ClusterView.Pod pod) {
        var ports = new ArrayList<SlicePort>();
        for (var port : service.ports()) {
            var target = service.targets().getOrDefault(port.name(), "");
            number(target, port.transport(), pod)
                    .ifPresent(number -> ports.add(new SlicePort(port.name(), port.transport(), number)));
        }
        return List.copyOf(ports);
    }

    private static OptionalInt number(String target, Transport transport, ClusterView.Pod pod) {
        if (target.chars().allMatch(Character::isDigit)) {
            return OptionalInt.of(Integer.parseInt(target));
        }
        return pod.ports().stream()
                .filter(port -> port.name().equals(target) && port.transport() == transport)
                .mapToInt(port -> port.number())
                .findFirst();
    }

    private static SliceEndpoint endpoint(Definition.Service service, Definition.Pod pod, InetAddress address) {
        var ownName =
                pod.subdomain().filter(service.service().name().name()::equals).flatMap(_ -> pod.hostname());
        return new SliceEndpoint(
                List.of(address),
                service.publishNotReadyAddresses() ? Readiness.READY : pod.readiness(),
                ownName,
                Optional.of(pod.pod().name()));
    }
}
