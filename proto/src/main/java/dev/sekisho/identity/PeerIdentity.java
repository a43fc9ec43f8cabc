package dev.sekisho.identity;

import dev.sekisho.names.ClusterName;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Who is at the other end, asked after the handshake. The trust manager has made sure that the peer is who it
/// says; this checks that it is the one we want to talk with.
public final class PeerIdentity {
    private PeerIdentity() {}

    /// @param role the program the peer must be
    /// @param cluster the cluster it must belong to; empty when any linked cluster will do
    /// @return the peer's id
    /// @throws SSLPeerUnverifiedException saying who was expected and who came
    public static SpiffeId require(SSLSession session, SpiffeId.Role role, Optional<ClusterName> cluster)
            throws SSLPeerUnverifiedException {
        var id = SpiffeId.of(session);
        if (id.role() != role) {
            throw new SSLPeerUnverifiedException("peer must be a " + role.path() + ", got " + id);
        }
        if (cluster.isPresent() && !cluster.get().equals(id.cluster())) {
            throw new SSLPeerUnverifiedException("peer must be of cluster " + cluster.get() + ", got " + id);
        }
        return id;
    }
}
