package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pods of this cluster as callers: gateways know them by the address they call from. Immutable; any thread.
public final class Callers {
    private final ClusterName cluster;
    private final ClusterView view;
    private final Map<InetAddress, Pod> byAddress;

    private Callers(ClusterName cluster, ClusterView view, Map<InetAddress, Pod> byAddress) {
        this.cluster = cluster;
        this.view = view;
        this.byAddress = byAddress;
    }

    /// An address that several pods have is nobody's, as on the data path.
    public static Callers of(ClusterName cluster, ClusterView view) {
        var byAddress = new HashMap<InetAddress, Pod>();
        var contested = new HashSet<InetAddress>();
        for (var pod : view.pods().values()) {
            if (view.isPolicySubject(pod)) {
                for (var address : pod.addresses()) {
                    if (byAddress.put(address, pod) != null) {
                        contested.add(address);
                    }
                }
            }
        }
        byAddress.keySet().removeAll(contested);
        return new Callers(cluster, view, byAddress);
    }

    /// Who calls from there.
    public Optional<Endpoint.Pod> at(InetAddress address) {
        return Optional.ofNullable(byAddress.get(address))
                .map(pod -> pod.endpoint(cluster, view.namespaces(), Optional.of(address)));
    }

    /// The pod once for each address that it calls from; none when it is no caller.
    public List<Endpoint.Pod> named(PodName name) {
        return Optional.ofNullable(view.pods().get(name)).stream()
                .flatMap(pod -> pod.addresses().stream())
                .distinct()
                .flatMap(address -> at(address).stream())
                .filter(pod -> pod.name().equals(name))
                .toList();
    }
}
