package dev.sekisho.policy;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One side of a flow, as policy sees it.
public sealed interface Endpoint {
    /// A pod that is known by name and labels, of this cluster or, on the ingress side, of a peer whose lane vouches
    /// for it.
    ///
    /// @param address its own, before any translation, as its cluster sees it; judged by ipBlock, together with the
    ///     cluster, as clusters may overlap
    /// @param ports container ports, to resolve a policy's named ports
    record Pod(
            ClusterName cluster,
            PodName name,
            Map<String, String> labels,
            Map<String, String> namespaceLabels,
            String serviceAccount,
            Optional<InetAddress> address,
            List<ContainerPort> ports)
            implements Endpoint {
        public Pod {
            labels = Labels.of(labels);
            namespaceLabels = Labels.of(namespaceLabels);
            ports = List.copyOf(ports);
        }
    }

    /// A service of another cluster as an egress destination: which of its pods will answer is not known here, only
    /// what all of them have in common.
    record RemoteService(
            ClusterName cluster,
            ServiceName name,
            Map<String, String> podLabels,
            Map<String, String> namespaceLabels,
            List<TargetPort> targets)
            implements Endpoint {
        public RemoteService {
            podLabels = Labels.of(podLabels);
            namespaceLabels = Labels.of(namespaceLabels);
            targets = List.copyOf(targets);
        }
    }

    /// An address that is no known pod: no selector matches it, an ipBlock may.
    record Address(InetAddress address) implements Endpoint {}

    /// @param name empty when the container port has none
    record ContainerPort(String name, Transport transport, int number) {}
}
