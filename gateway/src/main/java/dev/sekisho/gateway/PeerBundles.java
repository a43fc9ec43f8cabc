package dev.sekisho.gateway;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Believes exactly the peers of the route table. A bundle that cannot be read vouches for nobody. Confined
/// to whoever replaces the routes.
final class PeerBundles {
    private static final Logger LOG = LoggerFactory.getLogger(PeerBundles.class);

    private final TrustBundles bundles;
    private Optional<Map<ClusterName, RouteTable.Peer>> believed = Optional.empty();

    PeerBundles(TrustBundles bundles) {
        this.bundles = bundles;
    }

    void replace(RouteTable table) {
        // Most tables differ in pods alone, and certificates take a while to read.
        if (believed.equals(Optional.of(table.peers()))) {
            return;
        }
        var readable = new HashMap<ClusterName, CaBundle>();
        table.peers().forEach((name, peer) -> {
            try {
                readable.put(name, CaBundle.parse(new TrustDomain(name, table.clusterSet()), peer.caBundle()));
            } catch (IllegalArgumentException e) {
                LOG.atWarn()
                        .addKeyValue("peer", name)
                        .addKeyValue("reason", e.getMessage())
                        .log("The CA bundle of a peer cannot be used; nobody is believed to be of that cluster");
            }
        });
        bundles.replacePeers(readable);
        believed = Optional.of(table.peers());
    }
}
