package dev.sekisho.gateway.tunnel;

import dev.sekisho.identity.SpiffeId;
import dev.sekisho.tunnel.v1.Hello;
import java.util.Optional;

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
