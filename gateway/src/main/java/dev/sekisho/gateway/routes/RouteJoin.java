package dev.sekisho.gateway.routes;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.PolicySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Joins the parts of a route table: backends with their pods, and all with the pods' identities. Used once.
final class RouteJoin {
    private final RoutePart.Cluster cluster;
    private final Identities identities;
    private final List<String> misfits = new ArrayList<>();
    private final Map<ServiceName, RouteTable.Import> imports = new HashMap<>();
    private final List<RoutePart.Export> exports = new ArrayList<>();
    private final Map<ClusterName, RouteTable.Peer> peers = new HashMap<>();

    RouteJoin(RoutePart.Cluster cluster, Identities identities) {
        this.cluster = cluster;
        this.identities = identities;
        this.misfits.addAll(identities.misfits());
    }

    void add(RoutePart part) {
        switch (part) {
            case RoutePart.Import(RouteTable.Import service) -> imports.put(service.name(), service);
            case RoutePart.Export export -> exports.add(export);
            case RoutePart.Peer(RouteTable.Peer peer, var _) -> peers.put(peer.cluster(), peer);
            case RoutePart.Cluster _, RoutePart.Namespace _, RoutePart.Pod _, RoutePart.Rules _ -> {}
        }
    }

    JoinedRoutes finish(long version, PolicySet policies) throws UnreadableRoutesException {
        if (peers.containsKey(cluster.name())) {
            misfits.add("peer/" + cluster.name() + ": is this cluster itself");
        }
        var joinedExports = new HashMap<ServiceName, RouteTable.Export>();
        for (var export : exports) {
            joinedExports.put(export.name(), join(export));
        }
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
                        identities.byName(),
                        identities.byAddress(),
                        policies),
                identities.problems());
    }

    private RouteTable.Export join(RoutePart.Export export) {
        var backends = new ArrayList<RouteTable.Backend>();
        for (var backend : export.backends()) {
            // Whatever it is said to be: what is sent to an address reaches the pod that has it, and its policies hold.
            var pod = Optional.ofNullable(identities.byAddress().get(backend.address()));
            // Taken for an endpoint that is no pod, no policy would isolate it.
            var unknown = backend.pod().isPresent() || identities.contested().contains(backend.address());
            backend.pod()
                    .filter(named -> !identities.byName().containsKey(named))
                    .ifPresent(named -> misfits.add(export.key() + ": its backend pod/" + named + " is missing"));
            if (pod.isPresent() || !unknown) {
                backends.add(new RouteTable.Backend(pod, backend.address(), backend.readiness(), backend.ports()));
            }
        }
        return new RouteTable.Export(export.name(), export.affinity(), export.ports(), backends);
    }
}
