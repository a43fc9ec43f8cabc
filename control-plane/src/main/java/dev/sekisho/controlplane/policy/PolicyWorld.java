package dev.sekisho.controlplane.policy;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.PodAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicySet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A cluster as it was seen, with its policies compiled.
///
/// @param addresses of its pods
public record PolicyWorld(ClusterView view, PodAddresses addresses, PolicySet policies) {
    public PolicyWorld(ClusterView view, PolicySet policies) {
        this(view, PodAddresses.of(view), policies);
    }

    ClusterName cluster() {
        return policies.cluster();
    }

    /// The pods that policies know, in the order of their names: one on its node's network is none of them.
    List<Endpoint.Pod> pods() {
        return view.pods().values().stream()
                .filter(pod -> !pod.hostNetwork())
                .sorted(Comparator.comparing(pod -> pod.name().toString()))
                .map(this::endpoint)
                .toList();
    }

    Optional<Endpoint.Pod> pod(PodName name) {
        return Optional.ofNullable(view.pods().get(name))
                .filter(pod -> !pod.hostNetwork())
                .map(this::endpoint);
    }

    private Endpoint.Pod endpoint(Pod pod) {
        return new Endpoint.Pod(
                cluster(),
                pod.name(),
                pod.labels(),
                view.namespaces().getOrDefault(pod.name().namespace(), Map.of()),
                pod.serviceAccount(),
                pod.addresses().stream().findFirst(),
                pod.ports());
    }
}
