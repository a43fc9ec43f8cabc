package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterView.EndpointSlice;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServicePort;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/// The endpoints of a Service, as its EndpointSlices list them.
public final class Backends {
    private Backends() {}

    /// Sorted by address, each address once, so that the same endpoints always look the same.
    static List<Backend> of(ClusterView view, PodAddresses pods, Service service) {
        var byAddress = new TreeMap<InetAddress, Backend>(Addresses.ORDER);
        view.endpointSlices()
                .getOrDefault(service.name(), List.of())
                .forEach(slice -> addSlice(service, slice, pods, byAddress));
        return List.copyOf(byAddress.values());
    }

    private static void addSlice(
            Service service, EndpointSlice slice, PodAddresses pods, Map<InetAddress, Backend> byAddress) {
        var ports = new LinkedHashMap<PortKey, Integer>();
        for (ServicePort port : service.ports()) {
            numberOf(port, slice.ports()).ifPresent(number -> ports.put(port.key(), number));
        }
        for (SliceEndpoint endpoint : slice.endpoints()) {
            for (InetAddress address : endpoint.addresses()) {
                var named = new Backend(address, endpoint.readiness(), endpoint.hostname(), endpoint.pod(), ports);
                var backend = pods.pod(named).map(pod -> named.of(pod.name())).orElse(named);
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
                first.readiness().or(second.readiness()),
                first.hostname().or(second::hostname),
                first.pod().or(second::pod),
                ports);
    }

    /// The names of the pods behind `backend`, each once.
    public static Set<PodName> podsOf(List<Backend> backends) {
        var pods = new LinkedHashSet<PodName>();
        backends.forEach(backend -> backend.pod().ifPresent(pods::add));
        return pods;
    }
}
