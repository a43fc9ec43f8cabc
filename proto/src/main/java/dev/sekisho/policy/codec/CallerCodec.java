package dev.sekisho.policy.codec;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.tunnel.v1.Caller;
import java.util.List;
import java.util.Optional;

/// A caller as it travels between clusters, in OPEN and in the questions of `explain`, and back.
public final class CallerCodec {
    private CallerCodec() {}

    public static Caller toWire(Endpoint.Pod pod) {
        return toWire(pod, pod.address().map(InetAddresses::toAddrString).orElse(""));
    }

    /// @param address the pod's own, for who has it as text
    public static Caller toWire(Endpoint.Pod pod, String address) {
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

    /// @param vouched the cluster that the sender's certificate vouches for: what policy goes by, whatever the message
    ///     or labels claim
    /// @throws IllegalArgumentException when a name is none
    public static Endpoint.Pod fromWire(Caller caller, ClusterName vouched) {
        return new Endpoint.Pod(
                vouched,
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
