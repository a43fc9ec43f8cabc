package dev.sekisho.gateway.streams;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.tunnel.v1.Caller;
import java.util.List;
import java.util.Optional;

/// A caller as it travels in OPEN.
final class Callers {
    private Callers() {}

    /// @param address the pod's own
    static Caller toWire(Endpoint.Pod pod, String address) {
        return Caller.newBuilder()
                .setCluster(pod.cluster().value())
                .setNamespace(pod.name().namespace())
                .setPod(pod.name().name())
                .setServiceAccount(pod.serviceAccount())
                .putAllPodLabels(pod.labels())
                .putAllNamespaceLabels(pod.namespaceLabels())
                .setAddress(address)
                .build();
    }

    /// @param lane the cluster that the lane's certificate vouches for: what policy goes by, whatever labels claim
    /// @throws IllegalArgumentException when a name is none
    static Endpoint.Pod fromWire(Caller caller, ClusterName lane) {
        return new Endpoint.Pod(
                lane,
                new PodName(caller.getNamespace(), caller.getPod()),
                caller.getPodLabelsMap(),
                caller.getNamespaceLabelsMap(),
                caller.getServiceAccount(),
                Optional.of(caller.getAddress())
                        .filter(InetAddresses::isInetAddress)
                        .map(InetAddresses::forString),
                List.of());
    }
}
