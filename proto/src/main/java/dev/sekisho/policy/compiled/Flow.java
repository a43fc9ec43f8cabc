package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Policy.PortSelector;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A flow as the rules of one side see it: who the other end is, and which port of the destination it wants. Made once
/// per verdict.
///
/// @param cluster of the other end; what is no known pod counts as local, as its address was seen here
/// @param isLocal of the cluster whose policies are asked
/// @param identity empty when the other end is no known pod: no selector matches it then
/// @param address what an ipBlock is judged on, as the other end's own cluster sees it; empty when not known
/// @param named what the destination's port names stand for
record Flow(
        KnownLabels.OfCluster cluster,
        boolean isLocal,
        Optional<Identity> identity,
        Optional<InetAddress> address,
        Transport transport,
        int port,
        List<ContainerPort> named) {

    /// @param serviceAccount empty when not known
    record Identity(KnownLabels.OfNamespace namespace, KnownLabels.OfPod pod, Optional<String> serviceAccount) {}

    /// @param scope whose policies are asked
    /// @param destination whose port names count: in either direction those of the destination
    static Flow of(PolicyScope scope, Endpoint other, Transport transport, int port, List<ContainerPort> destination) {
        return switch (other) {
            case Endpoint.Pod pod -> {
                var isLocal = pod.cluster().equals(scope.cluster());
                var namespace = new KnownLabels.OfNamespace(
                        pod.name().namespace(),
                        pod.cluster(),
                        pod.namespaceLabels(),
                        isLocal || wereSent(pod.namespaceLabels()));
                var identity = new Identity(
                        namespace, new KnownLabels.OfPod(pod.labels(), true), Optional.of(pod.serviceAccount()));
                yield new Flow(
                        scope.labelsOf(pod.cluster()),
                        isLocal,
                        Optional.of(identity),
                        pod.address(),
                        transport,
                        port,
                        destination);
            }
            case Endpoint.RemoteService service -> {
                var namespace = new KnownLabels.OfNamespace(
                        service.name().namespace(),
                        service.cluster(),
                        service.namespaceLabels(),
                        wereSent(service.namespaceLabels()));
                var identity =
                        new Identity(namespace, new KnownLabels.OfPod(service.podLabels(), false), Optional.empty());
                yield new Flow(
                        scope.labelsOf(service.cluster()),
                        service.cluster().equals(scope.cluster()),
                        Optional.of(identity),
                        Optional.empty(),
                        transport,
                        port,
                        destination);
            }
            case Endpoint.Address address ->
                new Flow(
                        scope.labelsOf(scope.cluster()),
                        true,
                        Optional.empty(),
                        Optional.of(address.address()),
                        transport,
                        port,
                        destination);
        };
    }

    /// Every namespace carries its name as a label. Labels of another cluster without it were not sent, so nothing may
    /// be concluded from what is missing in them.
    private static boolean wereSent(Map<String, String> namespaceLabels) {
        return namespaceLabels.containsKey(KnownLabels.NAMESPACE_NAME_LABEL);
    }

    /// Whether all is known of the other end that a policy of a tier may ask for.
    boolean isCertain() {
        return identity.isEmpty()
                || (identity.get().namespace().isComplete()
                        && identity.get().pod().isComplete());
    }

    ClusterName clusterName() {
        return cluster.cluster();
    }

    boolean isTo(PortSelector selector) {
        if (selector.transport() != transport) {
            return false;
        }
        return switch (selector) {
            case PortSelector.AllPorts _ -> true;
            case PortSelector.PortRange range -> range.first() <= port && port <= range.last();
            case PortSelector.NamedPort name -> isNamed(name.name());
        };
    }

    private boolean isNamed(String name) {
        for (var candidate : named) {
            if (candidate.number() == port
                    && candidate.transport() == transport
                    && candidate.name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
