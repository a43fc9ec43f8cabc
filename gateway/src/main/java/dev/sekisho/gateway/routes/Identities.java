package dev.sekisho.gateway.routes;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pods of this cluster, joined with the labels of their namespaces: by name, and by the address they call from.
/// Immutable. A pod of which nothing has changed is the same object as before.
///
/// @param misfits pods that do not fit together with the other resources
/// @param contested addresses that are nobody's, with the pods that claim them
/// @param problems the same in words
record Identities(
        Map<PodName, Identity> pods,
        Map<PodName, Endpoint.Pod> byName,
        Map<InetAddress, Endpoint.Pod> byAddress,
        Map<InetAddress, List<Endpoint.Pod>> contested,
        List<String> misfits,
        List<String> problems) {
    static final Identities NONE = new Identities(Map.of(), Map.of(), Map.of(), Map.of(), List.of(), List.of());

    Identities {
        pods = Map.copyOf(pods);
        byName = Map.copyOf(byName);
        byAddress = Map.copyOf(byAddress);
        contested = Map.copyOf(contested);
        misfits = List.copyOf(misfits);
        problems = List.copyOf(problems);
    }

    /// A pod, and what it was made of.
    ///
    /// @param callers it at each of its addresses
    record Identity(
            RoutePart.Pod part,
            RoutePart.Namespace namespace,
            ClusterName cluster,
            Endpoint.Pod pod,
            Map<InetAddress, Endpoint.Pod> callers) {
        Identity {
            callers = Map.copyOf(callers);
        }

        static Identity of(RoutePart.Pod part, RoutePart.Namespace namespace, ClusterName cluster) {
            var callers = new LinkedHashMap<InetAddress, Endpoint.Pod>();
            part.addresses()
                    .forEach(address -> callers.put(address, pod(part, namespace, cluster, Optional.of(address))));
            var pod = callers.isEmpty()
                    ? pod(part, namespace, cluster, Optional.empty())
                    : callers.firstEntry().getValue();
            return new Identity(part, namespace, cluster, pod, callers);
        }

        private static Endpoint.Pod pod(
                RoutePart.Pod part, RoutePart.Namespace namespace, ClusterName cluster, Optional<InetAddress> address) {
            return new Endpoint.Pod(
                    cluster,
                    part.name(),
                    part.labels(),
                    namespace.labels(),
                    part.serviceAccount(),
                    address,
                    part.ports());
        }

        @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
        boolean isMadeOf(RoutePart.Pod otherPart, RoutePart.Namespace otherNamespace, ClusterName otherCluster) {
            return part == otherPart && namespace == otherNamespace && cluster.equals(otherCluster);
        }
    }

    /// The pods that have an address for their own.
    List<Endpoint.Pod> owners(InetAddress address) {
        var sole = byAddress.get(address);
        return sole == null ? contested.getOrDefault(address, List.of()) : List.of(sole);
    }

    /// @param before those that may be taken over
    static Identities of(ClusterName cluster, Iterable<RoutePart> parts, Optional<Identities> before) {
        var namespaces = new HashMap<String, RoutePart.Namespace>();
        var pods = new ArrayList<RoutePart.Pod>();
        for (var part : parts) {
            if (part instanceof RoutePart.Namespace namespace) {
                namespaces.put(namespace.name(), namespace);
            } else if (part instanceof RoutePart.Pod pod) {
                pods.add(pod);
            }
        }
        var earlier = before.map(Identities::pods).orElse(Map.of());
        var identities = new HashMap<PodName, Identity>();
        var misfits = new ArrayList<String>();
        for (var pod : pods) {
            var namespace = namespaces.get(pod.name().namespace());
            if (namespace == null) {
                // Without its labels a rule that asks for the absence of a label would match.
                misfits.add(pod.key().text() + ": its namespace/" + pod.name().namespace() + " is missing");
                continue;
            }
            var known = earlier.get(pod.name());
            identities.put(
                    pod.name(),
                    known != null && known.isMadeOf(pod, namespace, cluster)
                            ? known
                            : Identity.of(pod, namespace, cluster));
        }
        return joined(identities, misfits);
    }

    /// An address that two pods claim is nobody's: a stream from there is refused, as one from an unknown caller, and
    /// none goes there.
    private static Identities joined(Map<PodName, Identity> identities, List<String> misfits) {
        var byName = new HashMap<PodName, Endpoint.Pod>();
        var byAddress = new HashMap<InetAddress, Endpoint.Pod>();
        var problems = new ArrayList<String>();
        var contested = new HashMap<InetAddress, List<Endpoint.Pod>>();
        identities.forEach((name, identity) -> {
            byName.put(name, identity.pod);
            identity.callers.forEach((address, caller) -> {
                var other = byAddress.put(address, caller);
                if (other != null) {
                    contested.merge(address, List.of(other, caller), (_, more) -> more);
                    problems.add(
                            identity.part.key().text() + ": shares address " + InetAddresses.toAddrString(address)
                                    + " with pod/" + other.name()
                                    + "; nobody can say whose it is, so callers from there are refused and nothing is sent there");
                }
            });
        });
        byAddress.keySet().removeAll(contested.keySet());
        return new Identities(identities, byName, byAddress, contested, misfits, problems);
    }
}
