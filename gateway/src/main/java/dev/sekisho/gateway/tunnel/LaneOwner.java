package dev.sekisho.gateway.tunnel;

import dev.sekisho.names.ClusterName;
import java.util.Optional;

/// Who made a lane and hears what becomes of it, on the lane's event loop.
interface LaneOwner {
    /// Asked once the certificate is believed, before HELLO.
    ///
    /// @return why there may be no lane with `peer`; empty when there may
    Optional<String> objection(Lane lane, ClusterName peer);

    /// TLS and HELLO are through; the lane is idle.
    void ready(Lane lane);

    /// Something has come from the peer.
    default void heard(Lane lane) {}

    /// A stream was opened on it and the peer gave no sign of life; it will be closed next.
    default void silent(Lane lane) {}

    /// Its stream is over, the next one may come.
    void idle(Lane lane);

    /// The peer wants no more streams on it.
    void draining(Lane lane);

    /// It is gone; told once, also for a lane that never became ready.
    void closed(Lane lane, LaneEnd end);
}
