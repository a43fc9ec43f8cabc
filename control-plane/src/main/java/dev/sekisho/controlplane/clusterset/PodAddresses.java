package dev.sekisho.controlplane.clusterset;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.names.PodName;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which pod takes what is sent to an address behind an export. Whose policies hold there follows from this and from
/// nothing that an EndpointSlice says: anybody who may write one could name another pod, or none.
///
/// @param pods of the view it was made of
/// @param namespaces likewise
/// @param asked the addresses behind exports
/// @param claims who has each of them; several while one goes from one pod to the next
public record PodAddresses(
        Map<PodName, Pod> pods,
        Map<String, Map<String, String>> namespaces,
        Set<InetAddress> asked,
        Map<InetAddress, List<Pod>> claims) {
    public PodAddresses {
        pods = Map.copyOf(pods);
        namespaces = Map.copyOf(namespaces);
        asked = Set.copyOf(asked);
        claims = Map.copyOf(claims);
    }

    public static PodAddresses of(ClusterView view) {
        return of(view, Optional.empty());
    }

    /// @param before those of an earlier view, for when no pod has changed since
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    static PodAddresses of(ClusterView view, Optional<PodAddresses> before) {
        var asked = view.exports().keySet().stream()
                .flatMap(export -> view.endpointSlices().getOrDefault(export, List.of()).stream())
                .flatMap(slice -> slice.endpoints().stream())
                .flatMap(endpoint -> endpoint.addresses().stream())
                .collect(toSet());
        return before.filter(last -> last.pods() == view.pods() && last.namespaces() == view.namespaces())
                .filter(last -> last.asked().equals(asked))
                .orElseGet(() -> new PodAddresses(view.pods(), view.namespaces(), asked, claims(view, asked)));
    }

    private static Map<InetAddress, List<Pod>> claims(ClusterView view, Set<InetAddress> asked) {
        var claims = new HashMap<InetAddress, List<Pod>>();
        for (Pod pod : view.pods().values()) {
            for (InetAddress address : pod.addresses()) {
                if (!pod.hostNetwork() && asked.contains(address)) {
                    claims.merge(address, List.of(pod), PodAddresses::both);
                }
            }
        }
        return claims;
    }

    private static List<Pod> both(List<Pod> some, List<Pod> others) {
        return Stream.concat(some.stream(), others.stream())
                .sorted(Comparator.comparing(pod -> pod.name().toString()))
                .toList();
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

    /// Why it cannot be said.
    ///
    /// @param backend not known, see [#isKnown]
    String whyUnknown(Backend backend) {
        var there = at(backend.address());
        if (there.size() > 1) {
            return "several pods have that address: "
                    + there.stream().map(pod -> pod.name().toString()).collect(joining(", "));
        }
        if (there.size() == 1) {
            var pod = there.getFirst().name();
            return "the namespace of pod " + pod + " is not known";
        }
        return backend.pod()
                .map(named -> pods.containsKey(named)
                        ? "pod " + named + " does not have that address"
                        : "there is no pod " + named)
                .orElse("it is not known whose it is");
    }

    private boolean isOnHostNetwork(PodName name) {
        return Optional.ofNullable(pods.get(name)).map(Pod::hostNetwork).orElse(false);
    }
}
