package dev.sekisho.gateway.routes;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicySet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Joins the parts of a route table: pods with their namespaces' labels, backends with their pods, addresses with
/// their callers. Used once.
final class RouteJoin {
    private final RoutePart.Cluster cluster;
    private final List<String> misfits = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<ServiceName, RouteTable.Import> imports = new HashMap<>();
    private final List<RoutePart.Export> exports = new ArrayList<>();
    private final Map<ClusterName, RouteTable.Peer> peers = new HashMap<>();
    private final List<RoutePart.Pod> pods = new ArrayList<>();
    private final Map<String, Map<String, String>> namespaceLabels = new HashMap<>();

    RouteJoin(RoutePart.Cluster cluster) {
        this.cluster = cluster;
    }

    void add(RoutePart part) {
        switch (part) {
            case RoutePart.Import(RouteTable.Import service) -> imports.put(service.name(), service);
            case RoutePart.Export export -> exports.add(export);
            case RoutePart.Peer(RouteTable.Peer peer) -> peers.put(peer.cluster(), peer);
            case RoutePart.Pod pod -> pods.add(pod);
            case RoutePart.Namespace(String name, Map<String, String> labels) -> namespaceLabels.put(name, labels);
            case RoutePart.Cluster _, RoutePart.Rules _ -> {}
        }
    }

    JoinedRoutes finish(long version, PolicySet policies) throws UnreadableRoutesException {
        if (peers.containsKey(cluster.name())) {
            misfits.add("peer/" + cluster.name() + ": is this cluster itself");
        }
        var byName = podsByName();
        var joinedExports = new HashMap<ServiceName, RouteTable.Export>();
        for (var export : exports) {
            joinedExports.put(export.name(), join(export, byName));
        }
        var callers = callers(byName);
        if (!misfits.isEmpty()) {
            throw new UnreadableRoutesException(misfits);
        }
        return new JoinedRoutes(
                new RouteTable(
                        version,
                        cluster.name(),
                        cluster.clusterSet(),
                        imports,
                        joinedExports,
                        peers,
                        byName,
                        callers,
                        policies),
                problems);
    }

    private Map<PodName, Endpoint.Pod> podsByName() {
        var byName = new HashMap<PodName, Endpoint.Pod>();
        for (var pod : pods) {
            var labels = namespaceLabels.get(pod.name().namespace());
            if (labels == null) {
                // Without them a rule that asks for the absence of a label would match.
                misfits.add(pod.key() + ": its namespace/" + pod.name().namespace() + " is missing");
                continue;
            }
            byName.put(
                    pod.name(),
                    new Endpoint.Pod(
                            cluster.name(),
                            pod.name(),
                            pod.labels(),
                            labels,
                            pod.serviceAccount(),
                            pod.addresses().stream().findFirst(),
                            pod.ports()));
        }
        return byName;
    }

    /// An address that two pods claim is nobody's: a stream from there is refused, as one from an unknown caller.
    private Map<InetAddress, Endpoint.Pod> callers(Map<PodName, Endpoint.Pod> byName) {
        var callers = new HashMap<InetAddress, Endpoint.Pod>();
        Set<InetAddress> claimedTwice = new HashSet<>();
        for (var pod : pods) {
            var identity = byName.get(pod.name());
            if (identity == null) {
                continue;
            }
            for (var address : new HashSet<>(pod.addresses())) {
                var other = callers.put(address, at(address, identity));
                if (other != null) {
                    claimedTwice.add(address);
                    problems.add(pod.key() + ": shares address " + InetAddresses.toAddrString(address) + " with pod/"
                            + other.name() + "; callers from there are refused, as nobody can say who they are");
                }
            }
        }
        callers.keySet().removeAll(claimedTwice);
        return callers;
    }

    private static Endpoint.Pod at(InetAddress address, Endpoint.Pod pod) {
        return pod.address().equals(Optional.of(address))
                ? pod
                : new Endpoint.Pod(
                        pod.cluster(),
                        pod.name(),
                        pod.labels(),
                        pod.namespaceLabels(),
                        pod.serviceAccount(),
                        Optional.of(address),
                        pod.ports());
    }

    private RouteTable.Export join(RoutePart.Export export, Map<PodName, Endpoint.Pod> byName) {
        var backends = new ArrayList<RouteTable.Backend>();
        for (var backend : export.backends()) {
            var pod = backend.pod().map(byName::get);
            if (backend.pod().isPresent() && pod.isEmpty()) {
                // Taken for an endpoint that is no pod, no policy would isolate it.
                misfits.add(export.key() + ": its backend pod/" + backend.pod().get() + " is missing");
                continue;
            }
            backends.add(new RouteTable.Backend(pod, backend.address(), backend.ready(), backend.ports()));
        }
        return new RouteTable.Export(export.name(), export.ports(), backends);
    }
}
