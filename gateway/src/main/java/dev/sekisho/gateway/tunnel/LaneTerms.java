package dev.sekisho.gateway.tunnel;

import dev.sekisho.identity.SpiffeId;
import dev.sekisho.names.ClusterName;
import java.time.Duration;
import java.util.Optional;

/// The terms on which a lane is made.
///
/// @param self who we say we are
/// @param expected who must be at the other end; empty when any linked cluster will do
/// @param acceptor takes the streams the peer opens; empty on a lane that only we open streams on
/// @param readyTimeout from the first packet to HELLO
record LaneTerms(
        SpiffeId self, Optional<ClusterName> expected, Optional<StreamAcceptor> acceptor, Duration readyTimeout) {
    LaneRole role() {
        return acceptor.isPresent() ? LaneRole.ACCEPTED : LaneRole.DIALLED;
    }
}
