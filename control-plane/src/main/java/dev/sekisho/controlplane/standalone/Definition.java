package dev.sekisho.controlplane.standalone;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.policy.WrittenPolicy;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One sound object of a file, reduced to what is used of it.
public sealed interface Definition {
    ObjectKey key();

    /// What no other definition of the folder may claim as well, in words.
    default List<String> claims() {
        return List.of(key().toString());
    }

    record Namespace(String name, Map<String, String> labels, Optional<PolicyMode> policyMode) implements Definition {
        public Namespace {
            labels = Map.copyOf(labels);
        }

        @Override
        public ObjectKey key() {
            return new ObjectKey("Namespace", "", name);
        }
    }

    /// @param hostname its own name below a headless service
    /// @param subdomain the service that `hostname` belongs to
    record Pod(ClusterView.Pod pod, Readiness readiness, Optional<String> hostname, Optional<String> subdomain)
            implements Definition {
        @Override
        public ObjectKey key() {
            return new ObjectKey("Pod", pod.name().namespace(), pod.name().name());
        }

        // Callers are told apart by their address, so two pods with the same one would pass for each other.
        @Override
        public List<String> claims() {
            var claims = new ArrayList<>(Definition.super.claims());
            if (!pod.hostNetwork()) {
                pod.addresses().forEach(address -> claims.add("pod address " + InetAddresses.toAddrString(address)));
            }
            return claims;
        }
    }

    /// @param familiesOfPods whether it says nothing of address families, or is dual-stack, so that those of its pods
    ///     count
    record Service(ClusterView.Service service, boolean publishNotReadyAddresses, boolean familiesOfPods)
            implements Definition {
        @Override
        public ObjectKey key() {
            return new ObjectKey(
                    "Service", service.name().namespace(), service.name().name());
        }
    }

    /// @param slice empty when it belongs to no service or holds no addresses
    record EndpointSlice(String namespace, String name, Optional<ClusterView.EndpointSlice> slice)
            implements Definition {
        @Override
        public ObjectKey key() {
            return new ObjectKey("EndpointSlice", namespace, name);
        }
    }

    record ServiceExport(
            ServiceName name,
            Optional<Instant> createdAt,
            Map<String, String> exportedLabels,
            Map<String, String> exportedAnnotations)
            implements Definition {
        public ServiceExport {
            exportedLabels = Map.copyOf(exportedLabels);
            exportedAnnotations = Map.copyOf(exportedAnnotations);
        }

        @Override
        public ObjectKey key() {
            return new ObjectKey("ServiceExport", name.namespace(), name.name());
        }
    }

    /// Of one of the kinds of policies.
    record PolicyObject(WrittenPolicy written) implements Definition {
        PolicyObject(Policy policy) {
            this(new WrittenPolicy(policy, Map.of()));
        }

        public Policy policy() {
            return written.policy();
        }

        @Override
        public ObjectKey key() {
            return new ObjectKey(
                    policy().name().kind().toString(),
                    policy().name().namespace(),
                    policy().name().name());
        }
    }

    record Node(String name, dev.sekisho.policy.compiled.Node node) implements Definition {
        @Override
        public ObjectKey key() {
            return new ObjectKey("Node", "", name);
        }
    }

    record Peer(ClusterView.Peer peer) implements Definition {
        @Override
        public ObjectKey key() {
            return new ObjectKey("Peer", "", peer.name().value());
        }
    }
}
