package dev.sekisho.gateway.tunnel;

import dev.sekisho.identity.PeerIdentity;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.tunnel.v1.Hello;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// What each side says first on a lane, and what it accepts.
final class Greeting {
    /// Versions meet at the lower one; there is no lower one yet.
    static final int PROTOCOL_VERSION = 1;

    private Greeting() {}

    static Hello from(SpiffeId self) {
        return Hello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setCluster(self.cluster().value())
                .build();
    }

    /// Who the peer is by its certificate, which is believed already.
    ///
    /// @throws SSLPeerUnverifiedException when that is not one we may have a lane with
    static SpiffeId identity(SSLSession session, LaneTerms terms) throws SSLPeerUnverifiedException {
        var peer = PeerIdentity.require(session, SpiffeId.Role.GATEWAY, terms.expected());
        if (!peer.clusterSet().equals(terms.self().clusterSet())
                || peer.cluster().equals(terms.self().cluster())) {
            throw new SSLPeerUnverifiedException("peer must be another cluster of our clusterset, got " + peer);
        }
        return peer;
    }

    /// @param peer who the certificate says it is
    /// @return what is wrong with the peer's HELLO; empty when nothing is
    static Optional<String> objection(Hello hello, SpiffeId peer) {
        if (hello.getProtocolVersion() < PROTOCOL_VERSION) {
            return Optional.of("protocol version must be at least " + PROTOCOL_VERSION + ", got "
                    + Integer.toUnsignedString(hello.getProtocolVersion()));
        }
        if (!hello.getCluster().equals(peer.cluster().value())) {
            return Optional.of("HELLO names another cluster than the certificate of " + peer);
        }
        return Optional.empty();
    }
}
