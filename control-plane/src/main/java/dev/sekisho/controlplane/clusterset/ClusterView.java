package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.PolicyScope;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the control plane saw of its own cluster, as of one moment. Immutable; only the fields we use are kept.
///
/// A view is only ever built from sources that have all been read: "not yet known" is the absence of a view, never an
/// empty one.
///
/// @param namespaces labels by namespace name, `kubernetes.io/metadata.name` included
/// @param policyModes of the namespaces that have one of their own
/// @param endpointSlices by Service; where no controller writes them, whoever makes the view does, from selectors
/// @param policies the users' own; those that we wrote ourselves for a [GatewayPass] are never among them, as they
///     would justify themselves
/// @param imports what is written already for imports, by the import's name; it stays as it is
/// @param gateways those of this cluster's gateways that take streams now; empty where gateways bind the import
///     addresses themselves
public record ClusterView(
        Map<String, Map<String, String>> namespaces,
        Map<String, PolicyMode> policyModes,
        Map<PodName, Pod> pods,
        Map<ServiceName, Service> services,
        Map<ServiceName, List<EndpointSlice>> endpointSlices,
        Map<ServiceName, ServiceExport> exports,
        List<Policy> policies,
        Map<ClusterName, Peer> peers,
        Map<ServiceName, WrittenImport> imports,
        List<GatewayPod> gateways) {
    public ClusterView {
        namespaces = Map.copyOf(namespaces);
        policyModes = Map.copyOf(policyModes);
        pods = Map.copyOf(pods);
        services = Map.copyOf(services);
        endpointSlices = Map.copyOf(endpointSlices);
        exports = Map.copyOf(exports);
        policies = List.copyOf(policies);
        peers = Map.copyOf(peers);
        imports = Map.copyOf(imports);
        gateways = List.copyOf(gateways);
    }

    /// What this cluster's policies are judged in, besides themselves.
    ///
    /// @param labels what a clusterSelector sees of this cluster
    /// @param mode of namespaces that have none of their own
    public PolicyScope policyScope(ClusterName cluster, Map<String, String> labels, PolicyMode mode) {
        var members = new HashMap<ClusterName, Map<String, String>>();
        peers.forEach((name, peer) -> members.put(name, peer.labels()));
        members.put(cluster, labels);
        return new PolicyScope(cluster, members, mode, policyModes);
    }

    /// Whether policy can tell it from others by its address.
    public boolean isPolicySubject(Pod pod) {
        return !pod.hostNetwork()
                && !pod.addresses().isEmpty()
                && namespaces.containsKey(pod.name().namespace());
    }

    /// @param hostNetwork such a pod shares its node's address, so it is no caller and no policy subject
    /// @param node where it runs, once that is decided
    public record Pod(
            PodName name,
            Map<String, String> labels,
            String serviceAccount,
            List<InetAddress> addresses,
            List<ContainerPort> ports,
            boolean hostNetwork,
            Optional<String> node) {
        /// Of no known node.
        public Pod(
                PodName name,
                Map<String, String> labels,
                String serviceAccount,
                List<InetAddress> addresses,
                List<ContainerPort> ports,
                boolean hostNetwork) {
            this(name, labels, serviceAccount, addresses, ports, hostNetwork, Optional.empty());
        }

        public Pod {
            labels = Map.copyOf(labels);
            addresses = List.copyOf(addresses);
            ports = List.copyOf(ports);
        }

        /// As policy sees it.
        ///
        /// @param namespaces labels by namespace name
        /// @param address the one of its addresses that calls, or is called
        public Endpoint.Pod endpoint(
                ClusterName cluster, Map<String, Map<String, String>> namespaces, Optional<InetAddress> address) {
            return new Endpoint.Pod(
                    cluster,
                    name,
                    labels,
                    namespaces.getOrDefault(name.namespace(), Map.of()),
                    serviceAccount,
                    address,
                    ports);
        }
    }

    public enum ServiceKind {
        CLUSTER_IP,
        HEADLESS,
        EXTERNAL_NAME
    }

    /// @param targets by service port name: the `targetPort` as written, a number or a container port's name
    public record Service(
            ServiceName name,
            ServiceKind kind,
            List<ServicePort> ports,
            Map<String, String> targets,
            Map<String, String> selector,
            ServiceTraits traits) {
        public Service {
            ports = List.copyOf(ports);
            targets = Map.copyOf(targets);
            selector = Map.copyOf(selector);
        }
    }

    public record EndpointSlice(ServiceName service, List<SlicePort> ports, List<SliceEndpoint> endpoints) {
        public EndpointSlice {
            ports = List.copyOf(ports);
            endpoints = List.copyOf(endpoints);
        }
    }

    /// @param name the service port's name, empty when that has none
    public record SlicePort(String name, Transport transport, int number) {}

    public record SliceEndpoint(
            List<InetAddress> addresses, Readiness readiness, Optional<String> hostname, Optional<PodName> pod) {
        public SliceEndpoint {
            addresses = List.copyOf(addresses);
        }
    }

    public record ServiceExport(
            ServiceName name,
            Instant createdAt,
            Map<String, String> exportedLabels,
            Map<String, String> exportedAnnotations) {
        public ServiceExport {
            exportedLabels = Map.copyOf(exportedLabels);
            exportedAnnotations = Map.copyOf(exportedAnnotations);
        }
    }

    /// @param endpoint the peer's public port; empty when it only dials us
    /// @param caBundle PEM
    /// @param labels what a clusterSelector sees of it
    public record Peer(ClusterName name, Optional<HostPort> endpoint, String caBundle, Map<String, String> labels) {
        public Peer {
            labels = Map.copyOf(labels);
        }
    }

    /// @param ips the clusterset addresses it has; none while the cluster has not given it any
    /// @param listenPorts on which port of the gateway pods each of its ports is listened for; empty where gateways
    ///     bind the import addresses themselves
    public record WrittenImport(ServiceName name, List<InetAddress> ips, Map<PortKey, Integer> listenPorts) {
        public WrittenImport {
            ips = List.copyOf(ips);
            listenPorts = Map.copyOf(listenPorts);
        }
    }

    /// @param addresses one per family
    public record GatewayPod(PodName name, List<InetAddress> addresses) {
        public GatewayPod {
            addresses = List.copyOf(addresses);
        }
    }
}
