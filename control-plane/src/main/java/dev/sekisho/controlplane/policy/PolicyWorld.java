package dev.sekisho.controlplane.policy;

import dev.sekisho.controlplane.clusterset.Callers;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.call.Offer;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A cluster as it was seen, with its policies compiled.
///
/// @param callers its pods
/// @param offers what it exports
/// @param written the same policies, in the order of their names
/// @param members every cluster of the clusterset; none when they are not known
public record PolicyWorld(
        ClusterView view,
        Callers callers,
        Map<ServiceName, Offer> offers,
        PolicySet policies,
        List<WrittenPolicy> written,
        Set<ClusterName> members) {
    public PolicyWorld {
        offers = Map.copyOf(offers);
        written = List.copyOf(written);
        members = Set.copyOf(members);
    }

    public PolicyWorld(ClusterView view, PolicySet policies, List<WrittenPolicy> written, Set<ClusterName> members) {
        this(view, Callers.of(policies.cluster(), view), offers(view, policies), policies, written, members);
    }

    private static Map<ServiceName, Offer> offers(ClusterView view, PolicySet policies) {
        var local = LocalExports.of(policies.scope(), view, Optional.empty());
        var offers = new TreeMap<ServiceName, Offer>();
        local.valid().keySet().forEach(name -> offers.put(name, local.offer(name)));
        return offers;
    }

    ClusterName cluster() {
        return policies.cluster();
    }

    /// The pods that policies know, in the order of their names: one on its node's network is none of them.
    List<Endpoint.Pod> pods() {
        return view.pods().values().stream()
                .filter(pod -> !pod.hostNetwork())
                .sorted(Comparator.comparing(pod -> pod.name().toString()))
                .map(pod -> pod.endpoint(
                        cluster(), view.namespaces(), pod.addresses().stream().findFirst()))
                .toList();
    }

    /// All that the pod has; none when it is not there.
    List<InetAddress> addresses(PodName name) {
        return Optional.ofNullable(view.pods().get(name)).map(Pod::addresses).orElse(List.of());
    }

    /// How calls to an export are judged; [Offer#NONE] when it is none.
    Offer offer(ServiceName name) {
        return offers.getOrDefault(name, Offer.NONE);
    }
}
