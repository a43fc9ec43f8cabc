package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.bounds.Bound;
import java.time.Duration;
import java.util.Optional;

/// A stream's wish for a lane. Called on the stream's event loop, one of [#granted], [#failed] and
/// [#overloaded] once.
public interface LaneRequest {
    /// False when the stream has gone meanwhile: none of the others is called then.
    boolean isWanted();

    /// How long to wait while the peer gives no sign of life; empty when nothing is better than waiting.
    Optional<Duration> patience();

    /// @param lane idle; a stream must be opened on it at once
    void granted(Lane lane);

    /// The peer cannot be reached.
    void failed(String why);

    /// There is no lane because of a bound of this gateway.
    void overloaded(Bound bound);
}
