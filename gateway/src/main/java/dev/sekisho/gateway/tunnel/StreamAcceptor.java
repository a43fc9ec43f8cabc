package dev.sekisho.gateway.tunnel;

import dev.sekisho.tunnel.v1.Open;

/// Takes the streams that peers open on the lanes they dialled.
public interface StreamAcceptor {
    /// Called on the lane's event loop. Must call [LaneStream#tell] at once, and sooner or later
    /// [LaneStream#opened], [LaneStream#refuse] or [LaneStream#reset]. DATA may follow before that.
    void accept(LaneStream stream, Open open);
}
