package dev.sekisho.gateway.tunnel;

import java.time.Duration;
import java.util.Optional;

/// A stream's wish for a lane. Called on the stream's event loop, [#granted] or [#failed] once.
public interface LaneRequest {
    /// False when the stream has gone meanwhile: neither of the others is called then.
    boolean isWanted();

    /// How long to wait while the peer gives no sign of life; empty when nothing is better than waiting.
    Optional<Duration> patience();

    /// @param lane idle; a stream must be opened on it at once
    void granted(Lane lane);

    /// @param overloaded whether a bound was the reason, else the peer cannot be reached
    void failed(String why, boolean overloaded);
}
