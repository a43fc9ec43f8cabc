package dev.sekisho.cli.cluster;

import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import java.util.Optional;

/// A cluster of the clusterset, of whichever form, as linking sees it.
public interface Member {
    TrustDomain domain();

    /// What its peers must be given to recognise it.
    CaBundle bundle();

    /// Where its peers dial it.
    PublicAddress publicAddress();

    /// Whether it has a Peer of that name; empty when not, else where that is.
    Optional<String> existingPeer(ClusterName name);

    /// Makes or replaces the Peer.
    ///
    /// @param endpoint empty when the peer dials in
    /// @return what was written, for the user
    String putPeer(ClusterName name, Optional<HostPort> endpoint, CaBundle bundle);

    /// Expels that cluster.
    ///
    /// @return what was removed, for the user
    /// @throws dev.sekisho.cli.UserError when there is no such Peer
    String removePeer(ClusterName name);
}
