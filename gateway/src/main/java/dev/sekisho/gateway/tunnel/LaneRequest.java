package dev.sekisho.gateway.tunnel;

/// A stream's wish for a lane. Called on the stream's event loop, [#granted] or [#failed] once.
public interface LaneRequest {
    /// False when the stream has gone meanwhile: neither of the others is called then.
    boolean isWanted();

    /// @param lane idle; a stream must be opened on it at once
    void granted(Lane lane);

    /// @param overloaded whether a bound was the reason, else the peer cannot be reached
    void failed(String why, boolean overloaded);
}
