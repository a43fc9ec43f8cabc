package dev.sekisho.gateway.routes;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicySet;
import dev.sekisho.policy.RemoteIngress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything a gateway needs to know to carry streams, as of one version. Replaced whole; any thread.
///
/// @param version grows with every change; 0 before the first table
/// @param callers the pods of this cluster by source address
public record RouteTable(
        long version,
        ClusterName cluster,
        ClusterSetName clusterSet,
        Map<ServiceName, Import> imports,
        Map<ServiceName, Export> exports,
        Map<ClusterName, Peer> peers,
        Map<PodName, Endpoint.Pod> pods,
        Map<InetAddress, Endpoint.Pod> callers,
        PolicySet policies) {
    public RouteTable {
        imports = Map.copyOf(imports);
        exports = Map.copyOf(exports);
        peers = Map.copyOf(peers);
        pods = Map.copyOf(pods);
        callers = Map.copyOf(callers);
    }

    /// Whether the calls of one client address stay together.
    public enum SessionAffinity {
        NONE,
        /// They go to one cluster, and there to one endpoint, as long as these stay.
        CLIENT_IP
    }

    /// A service of the clusterset that pods of this cluster may call.
    ///
    /// @param sources every cluster that exports it, this one included when it does
    /// @param ips the clusterset addresses; empty for a headless service
    public record Import(
            ServiceName name,
            boolean headless,
            SessionAffinity affinity,
            List<ServicePort> ports,
            List<InetAddress> ips,
            List<Source> sources,
            List<Listener> listeners,
            List<Hostname> hostnames) {
        public Import {
            ports = List.copyOf(ports);
            ips = List.copyOf(ips);
            sources = List.copyOf(sources);
            listeners = List.copyOf(listeners);
            hostnames = List.copyOf(hostnames);
        }
    }

    /// A cluster behind an import.
    ///
    /// @param ports exactly the ports it exposes; a stream to another port never goes there
    /// @param readiness that of its most ready endpoint, as it reports
    /// @param ingress by which callers are refused before they go there
    public record Source(
            ClusterName cluster,
            Map<PortKey, List<TargetPort>> ports,
            Readiness readiness,
            Map<String, String> podLabels,
            Map<String, String> namespaceLabels,
            Optional<RemoteIngress> ingress) {
        public Source {
            ports = Map.copyOf(ports);
            podLabels = Map.copyOf(podLabels);
            namespaceLabels = Map.copyOf(namespaceLabels);
        }
    }

    /// Where this gateway listens for an import.
    ///
    /// @param port which port of the import a connection there is for
    public record Listener(InetAddress address, int listenPort, PortKey port) {}

    /// A ready endpoint of a headless service.
    public record Hostname(String hostname, ClusterName cluster, List<InetAddress> addresses) {
        public Hostname {
            addresses = List.copyOf(addresses);
        }
    }

    /// A local service that other clusters may call.
    public record Export(ServiceName name, SessionAffinity affinity, List<ServicePort> ports, List<Backend> backends) {
        public Export {
            ports = List.copyOf(ports);
            backends = List.copyOf(backends);
        }
    }

    /// One endpoint of an exported service.
    ///
    /// @param pod its identity; empty for an endpoint that is no pod, which no policy isolates
    /// @param ports service port to pod port; a service port that is missing here is not served by this endpoint
    public record Backend(
            Optional<Endpoint.Pod> pod, InetAddress address, Readiness readiness, Map<PortKey, Integer> ports) {
        public Backend {
            ports = Map.copyOf(ports);
        }
    }

    /// Another cluster we are linked with.
    ///
    /// @param endpoint its public port; empty when it only dials us
    /// @param caBundle PEM certificates that vouch for its trust domain alone
    public record Peer(ClusterName cluster, Optional<HostPort> endpoint, String caBundle) {}
}
