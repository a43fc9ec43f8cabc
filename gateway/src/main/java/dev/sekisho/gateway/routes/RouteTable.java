package dev.sekisho.gateway.routes;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.call.Offer;
import dev.sekisho.policy.call.RemoteOffer;
import dev.sekisho.policy.call.Roster;
import dev.sekisho.policy.compiled.PolicySet;
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
        PolicySet policies)
        implements Roster {
    public RouteTable {
        imports = Map.copyOf(imports);
        exports = Map.copyOf(exports);
        peers = Map.copyOf(peers);
        pods = Map.copyOf(pods);
        callers = Map.copyOf(callers);
    }

    @Override
    public Optional<Endpoint.Pod> at(InetAddress address) {
        return Optional.ofNullable(callers.get(address));
    }

    @Override
    public Optional<Endpoint.Pod> named(PodName pod) {
        return Optional.ofNullable(pods.get(pod));
    }

    /// What of a service is exported here; [Offer#NONE] when it is not.
    public Offer offer(ServiceName service) {
        var export = exports.get(service);
        return export == null ? Offer.NONE : export.offer();
    }

    /// Whether the calls of one client address stay together.
    public enum SessionAffinity {
        NONE,
        /// They go to one cluster, and there to one endpoint, as long as these stay.
        CLIENT_IP
    }

    /// A service of the clusterset that pods of this cluster may call.
    ///
    /// @param sources what every cluster that exports it offers, this one included when it does
    /// @param ips the clusterset addresses; empty for a headless service
    public record Import(
            ServiceName name,
            boolean headless,
            SessionAffinity affinity,
            List<ServicePort> ports,
            List<InetAddress> ips,
            List<RemoteOffer> sources,
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
    ///
    /// @param offer what calls to it are judged by
    public record Export(ServiceName name, SessionAffinity affinity, Offer offer) {}

    /// Another cluster we are linked with.
    ///
    /// @param endpoint its public port; empty when it only dials us
    /// @param caBundle PEM certificates that vouch for its trust domain alone
    public record Peer(ClusterName cluster, Optional<HostPort> endpoint, String caBundle) {}
}
