package dev.sekisho.controlplane;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Believes exactly the peers that are linked. A bundle that cannot be read vouches for nobody.
final class LinkedBundles {
    private static final Logger log = LoggerFactory.getLogger(LinkedBundles.class);

    private final TrustBundles bundles;

    LinkedBundles(TrustBundles bundles) {
        this.bundles = bundles;
    }

    void replace(Map<ClusterName, Peer> peers) {
        var readable = new HashMap<ClusterName, CaBundle>();
        peers.forEach((name, peer) -> {
            try {
                var domain = new TrustDomain(name, bundles.self().clusterSet());
                readable.put(name, CaBundle.parse(domain, peer.caBundle()));
            } catch (IllegalArgumentException e) {
                log.atWarn()
                        .addKeyValue("peer", name)
                        .addKeyValue("reason", e.getMessage())
                        .log("The CA bundle of a peer cannot be used; nobody is believed to be of that cluster");
            }
        });
        bundles.replacePeers(readable);
    }
}
