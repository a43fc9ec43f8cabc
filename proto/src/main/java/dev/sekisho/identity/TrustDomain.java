package dev.sekisho.identity;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.net.URI;

/// What one CA may vouch for: a cluster of a clusterset, written `<cluster>.<clusterset>` (SPIFFE-ID, section 2.1).
public record TrustDomain(ClusterName cluster, ClusterSetName clusterSet) {
    /// @throws IllegalArgumentException when `text` is not `<cluster>.<clusterset>`
    public static TrustDomain parse(String text) {
        var dot = text.indexOf('.');
        if (dot < 0) {
            throw new IllegalArgumentException(
                    "trust domain must be <cluster>.<clusterset>, got '" + Printable.of(text) + "'");
        }
        return new TrustDomain(new ClusterName(text.substring(0, dot)), new ClusterSetName(text.substring(dot + 1)));
    }

    public SpiffeId id(SpiffeId.Role role) {
        return new SpiffeId(cluster, clusterSet, role);
    }

    /// The URI SAN of this domain's CA.
    public URI uri() {
        return URI.create("spiffe://" + this);
    }

    @Override
    public String toString() {
        return cluster + "." + clusterSet;
    }
}
