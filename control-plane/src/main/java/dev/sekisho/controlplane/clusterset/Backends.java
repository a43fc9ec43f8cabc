package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterView.EndpointSlice;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.policy.Endpoint.ContainerPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// The endpoints of a Service: those of its EndpointSlices or, where nobody writes slices for it (an entry is missing
/// altogether, as in a folder of YAML), the pods that its selector matches.
public final class Backends {
    private Backends() {}

    /// Sorted by address, each address once, so that the same endpoints always look the same.
    static List<Backend> of(ClusterView view, Service service) {
        var byAddress = new TreeMap<InetAddress, Backend>(Addresses.ORDER);
        var slices = view.endpointSlices().get(service.name());
        if (slices != null) {
            slices.forEach(slice -> addSlice(service, slice, byAddress));
        } else if (!service.selector().isEmpty()) {
            selectedPods(view, service).forEach(pod -> addPod(service, pod, byAddress));
        }
        return List.copyOf(byAddress.values());
    }

    /// None when there is no such Service.
    public static List<Backend> of(ClusterView view, ServiceName name) {
        return Optional.ofNullable(view.services().get(name))
                .map(service -> of(view, service))
                .orElse(List.of());
    }

    private static void addSlice(Service service, EndpointSlice slice, Map<InetAddress, Backend> byAddress) {
        var ports = new LinkedHashMap<PortKey, Integer>();
        for (ServicePort port : service.ports()) {
            numberOf(port, slice.ports()).ifPresent(number -> ports.put(port.key(), number));
        }
        for (SliceEndpoint endpoint : slice.endpoints()) {
            for (InetAddress address : endpoint.addresses()) {
                var backend = new Backend(address, endpoint.ready(), endpoint.hostname(), endpoint.pod(), ports);
                byAddress.merge(address, backend, Backends::together);
            }
        }
    }

    private static OptionalInt numberOf(ServicePort port, List<SlicePort> slicePorts) {
        return slicePorts.stream()
                .filter(candidate -> candidate.name().equals(port.name()) && candidate.transport() == port.transport())
                .mapToInt(SlicePort::number)
                .findFirst();
    }

    /// Pods whose named ports differ are in slices of their own; an address may then appear once per port.
    private static Backend together(Backend first, Backend second) {
        var ports = new LinkedHashMap<>(second.ports());
        ports.putAll(first.ports());
        return new Backend(
                first.address(),
                first.ready() || second.ready(),
                first.hostname().or(second::hostname),
                first.pod().or(second::pod),
                ports);
    }

    private static List<Pod> selectedPods(ClusterView view, Service service) {
        return view.pods().values().stream()
                .filter(pod -> pod.name().namespace().equals(service.name().namespace()))
                .filter(pod ->
                        pod.labels().entrySet().containsAll(service.selector().entrySet()))
                .toList();
    }

    private static void addPod(Service service, Pod pod, Map<InetAddress, Backend> byAddress) {
        var ports = new LinkedHashMap<PortKey, Integer>();
        for (ServicePort port : service.ports()) {
            targetOf(service, port, pod.ports()).ifPresent(number -> ports.put(port.key(), number));
        }
        for (InetAddress address : pod.addresses()) {
            byAddress.put(address, new Backend(address, true, Optional.empty(), Optional.of(pod.name()), ports));
        }
    }

    private static OptionalInt targetOf(Service service, ServicePort port, List<ContainerPort> containerPorts) {
        var target = service.targets().getOrDefault(port.name(), Integer.toString(port.number()));
        if (target.chars().allMatch(Character::isDigit)) {
            return OptionalInt.of(Integer.parseInt(target));
        }
        return containerPorts.stream()
                .filter(candidate -> candidate.name().equals(target) && candidate.transport() == port.transport())
                .mapToInt(ContainerPort::number)
                .findFirst();
    }

    /// The names of the pods behind `backend`, each once.
    static List<PodName> podsOf(List<Backend> backend) {
        var pods = new ArrayList<PodName>();
        backend.forEach(each -> each.pod().filter(pod -> !pods.contains(pod)).ifPresent(pods::add));
        return pods;
    }
}
