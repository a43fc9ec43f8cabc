package dev.sekisho.controlplane.policy;

import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.PodAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicySet;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A cluster as it was seen, with its policies compiled.
///
/// @param addresses of its pods
/// @param written the same policies, in the order of their names
/// @param members every cluster of the clusterset; none when they are not known
public record PolicyWorld(
        ClusterView view,
        PodAddresses addresses,
        PolicySet policies,
        List<WrittenPolicy> written,
        Set<ClusterName> members) {
    public PolicyWorld {
        written = List.copyOf(written);
        members = Set.copyOf(members);
    }

    public PolicyWorld(ClusterView view, PolicySet policies, List<WrittenPolicy> written, Set<ClusterName> members) {
        this(view, PodAddresses.of(view), policies, written, members);
    }

    ClusterName cluster() {
        return policies.cluster();
    }

    /// The pods that policies know, in the order of their names: one on its node's network is none of them.
    List<Endpoint.Pod> pods() {
        return view.pods().values().stream()
                .filter(pod -> !pod.hostNetwork())
                .sorted(Comparator.comparing(pod -> pod.name().toString()))
                .map(pod -> endpoint(pod, pod.addresses().stream().findFirst()))
                .toList();
    }

    /// All that the pod has; none when it is not there.
    List<InetAddress> addresses(PodName name) {
        return Optional.ofNullable(view.pods().get(name)).map(Pod::addresses).orElse(List.of());
    }

    /// The addresses by which gateways know a pod as a caller; none when it is no caller.
    List<InetAddress> callerAddresses(PodName name) {
        return Optional.ofNullable(view.pods().get(name))
                .filter(view::isPolicySubject)
                .map(Pod::addresses)
                .orElse(List.of());
    }

    /// The pod as a caller from one of its addresses.
    Optional<Endpoint.Pod> caller(PodName name, InetAddress address) {
        return callerAddresses(name).contains(address)
                ? Optional.of(endpoint(Objects.requireNonNull(view.pods().get(name)), Optional.of(address)))
                : Optional.empty();
    }

    /// What takes calls at a backend's address: a pod, or an address that is no pod's. Empty while it is not known
    /// whose policies hold there.
    Optional<Endpoint> destination(Backend backend) {
        if (!addresses.isKnown(backend)) {
            return Optional.empty();
        }
        return Optional.of(addresses
                .pod(backend)
                .<Endpoint>map(pod -> endpoint(pod, Optional.of(backend.address())))
                .orElseGet(() -> new Endpoint.Address(backend.address())));
    }

    private Endpoint.Pod endpoint(Pod pod, Optional<InetAddress> address) {
        return new Endpoint.Pod(
                cluster(),
                pod.name(),
                pod.labels(),
                view.namespaces().getOrDefault(pod.name().namespace(), Map.of()),
                pod.serviceAccount(),
                address,
                pod.ports());
    }
}
