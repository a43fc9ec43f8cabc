package dev.sekisho.identity;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.net.URI;

/// The name in a certificate's URI SAN: `spiffe://<cluster>.<clusterset>/<role>` (SPIFFE-ID, sections 2 and 3). The
/// trust domain is the cluster's own; its CA can vouch for no other.
public record SpiffeId(ClusterName cluster, ClusterSetName clusterSet, Role role) {
    public enum Role {
        GATEWAY("gateway"),
        CONTROL_PLANE("control-plane");

        private final String path;

        Role(String path) {
            this.path = path;
        }

        public String path() {
            return path;
        }
    }

    /// `<cluster>.<clusterset>`.
    public String trustDomain() {
        return cluster + "." + clusterSet;
    }

    /// What a client puts into SNI to reach this program behind the cluster's public port: `<role>.<trust domain>`.
    public String serverName() {
        return role.path() + "." + trustDomain();
    }

    public URI uri() {
        return URI.create("spiffe://" + trustDomain() + "/" + role.path());
    }

    @Override
    public String toString() {
        return uri().toString();
    }
}
