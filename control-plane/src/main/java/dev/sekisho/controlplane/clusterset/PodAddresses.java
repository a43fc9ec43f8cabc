package dev.sekisho.controlplane.clusterset;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.call.Candidate;
import dev.sekisho.policy.call.Occupant;
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
/// @param cluster whose pods they are
/// @param pods of the view it was made of
/// @param namespaces likewise
/// @param asked the addresses behind exports
/// @param claims who has each of them; several while one goes from one pod to the next
public record PodAddresses(
        ClusterName cluster,
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

    /// @param before those of an earlier view, for when no pod has changed since
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    static PodAddresses of(ClusterName cluster, ClusterView view, Optional<PodAddresses> before) {
        var asked = view.exports().keySet().stream()
                .flatMap(export -> view.endpointSlices().getOrDefault(export, List.of()).stream())
                .flatMap(slice -> slice.endpoints().stream())
                .flatMap(endpoint -> endpoint.addresses().stream())
                .collect(toSet());
        return before.filter(last -> last.pods() == view.pods() && last.namespaces() == view.namespaces())
                .filter(last -> last.asked().equals(asked))
                .orElseGet(() -> new PodAddresses(cluster, view.pods(), view.namespaces(), asked, claims(view, asked)));
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

    /// Whose policies hold at the address of `backend`.
    Occupant occupant(Backend backend) {
        var owners = at(backend.address());
        if (!owners.stream().allMatch(pod -> namespaces.containsKey(pod.name().namespace()))) {
            return new Occupant.Unknown();
        }
        return Occupant.of(
                backend.address(),
                owners.stream()
                        .map(pod -> pod.endpoint(cluster, namespaces, Optional.of(backend.address())))
                        .toList(),
                backend.pod().filter(named -> !isOnHostNetwork(named)).isPresent());
    }

    /// `backend` as calls to it are judged.
    Candidate candidate(Backend backend) {
        return new Candidate(occupant(backend), backend.address(), backend.readiness(), backend.ports());
    }

    /// The pod at the address of `backend`; empty when that is no pod's of its own, or policy cannot say whose it is.
    public Optional<Pod> pod(Backend backend) {
        return occupant(backend) instanceof Occupant.Pod(var pod)
                ? Optional.ofNullable(pods.get(pod.name()))
                : Optional.empty();
    }

    /// Whether it can be said whose policies hold for `backend`.
    public boolean isKnown(Backend backend) {
        return !(occupant(backend) instanceof Occupant.Unknown);
    }

    /// Why it cannot be said.
    ///
    /// @param backend not known, see [#isKnown]
    public String whyUnknown(Backend backend) {
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
