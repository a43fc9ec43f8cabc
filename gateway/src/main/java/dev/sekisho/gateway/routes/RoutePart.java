package dev.sekisho.gateway.routes;

import dev.sekisho.feed.RouteKey;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one resource of the feed says, read but not yet joined with the others.
sealed interface RoutePart {
    /// The key that the resource must have.
    RouteKey key();

    record Cluster(ClusterName name, ClusterSetName clusterSet, Map<String, String> labels, PolicyMode policyMode)
            implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Cluster();
        }
    }

    record Import(RouteTable.Import service) implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Import(service.name());
        }
    }

    record Export(
            ServiceName name, RouteTable.SessionAffinity affinity, List<ServicePort> ports, List<Backend> backends)
            implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Export(name);
        }
    }

    record Backend(Optional<PodName> pod, InetAddress address, Readiness readiness, Map<PortKey, Integer> ports) {}

    record Peer(RouteTable.Peer peer, Map<String, String> labels) implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Peer(peer.cluster());
        }
    }

    record Pod(
            PodName name,
            List<InetAddress> addresses,
            Map<String, String> labels,
            String serviceAccount,
            List<Endpoint.ContainerPort> ports)
            implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Pod(name);
        }
    }

    record Namespace(String name, Map<String, String> labels, Optional<PolicyMode> policyMode) implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Namespace(name);
        }
    }

    record Rules(Policy policy) implements RoutePart {
        @Override
        public RouteKey key() {
            return new RouteKey.Rules(policy.name());
        }
    }
}
