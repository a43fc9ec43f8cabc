package dev.sekisho.gateway.routes;

import dev.sekisho.feed.RouteKey;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.call.Candidate;
import dev.sekisho.policy.call.Occupant;
import dev.sekisho.policy.call.Offer;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
            misfits.add(new RouteKey.Peer(cluster.name()).text() + ": is this cluster itself");
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
        var candidates = new ArrayList<Candidate>();
        for (var backend : export.backends()) {
            backend.pod()
                    .filter(named -> !identities.byName().containsKey(named))
                    .ifPresent(named -> misfits.add(
                            export.key().text() + ": its backend " + new RouteKey.Pod(named).text() + " is missing"));
            candidates.add(new Candidate(
                    Occupant.of(
                            backend.address(),
                            identities.owners(backend.address()),
                            backend.pod().isPresent()),
                    backend.address(),
                    backend.readiness(),
                    backend.ports()));
        }
        return new RouteTable.Export(export.name(), export.affinity(), new Offer(export.ports(), candidates));
    }
}
