package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.names.PodName;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which pod takes what is sent to an address. Whose policies hold there follows from this and from nothing that an
/// EndpointSlice says: anybody who may write one could name another pod, or none.
///
/// @param pods of the view it was made of
/// @param namespaces likewise
/// @param claims who has each address; several while it goes from one pod to the next
public record PodAddresses(
        Map<PodName, Pod> pods, Map<String, Map<String, String>> namespaces, Map<InetAddress, List<Pod>> claims) {
    public PodAddresses {
        pods = Map.copyOf(pods);
        namespaces = Map.copyOf(namespaces);
        claims = Map.copyOf(claims);
    }

    public static PodAddresses of(ClusterView view) {
        var claims = new HashMap<InetAddress, List<Pod>>();
        view.pods().values().stream()
                .filter(pod -> !pod.hostNetwork())
                .forEach(pod ->
                        pod.addresses().forEach(address -> claims.merge(address, List.of(pod), PodAddresses::both)));
        return new PodAddresses(view.pods(), view.namespaces(), claims);
    }

    private static List<Pod> both(List<Pod> some, List<Pod> others) {
        return Stream.concat(some.stream(), others.stream())
                .sorted(Comparator.comparing(pod -> pod.name().toString()))
                .toList();
    }

    /// @param before those of an earlier view, for when no pod has changed since
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    static PodAddresses of(ClusterView view, Optional<PodAddresses> before) {
        return before.filter(last -> last.pods() == view.pods() && last.namespaces() == view.namespaces())
                .orElseGet(() -> of(view));
    }

    /// Those that have the address.
    List<Pod> at(InetAddress address) {
        return claims.getOrDefault(address, List.of());
    }

    /// The pod at the address of `backend`; empty when that is no pod's of its own, or policy cannot say whose it is.
    public Optional<Pod> pod(Backend backend) {
        var there = at(backend.address());
        return there.size() == 1
                ? Optional.of(there.getFirst())
                        .filter(pod -> namespaces.containsKey(pod.name().namespace()))
                : Optional.empty();
    }

    /// Whether it can be said whose policies hold for `backend`. Not while the pod that it is said to be has not been
    /// seen there.
    public boolean isKnown(Backend backend) {
        return at(backend.address()).isEmpty()
                ? backend.pod().map(this::isOnHostNetwork).orElse(true)
                : pod(backend).isPresent();
    }

    private boolean isOnHostNetwork(PodName name) {
        return Optional.ofNullable(pods.get(name)).map(Pod::hostNetwork).orElse(false);
    }
}
