package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;

/// What happens at a [StreamEnd]. Called on the stream's event loop.
public interface EndEvents {
    /// @param bytes the receiver owns it
    void received(ByteBuf bytes);

    /// Nothing more is there for now: time to flush.
    void receivedAll();

    /// Half-close: no more bytes will come.
    void ended();

    /// The end is over, broken off by whoever is behind it.
    void reset(ResetCode code);

    /// The end is over because what carried it is gone.
    void lost(String why);

    /// There is room again after [StreamEnd#isWritable] was false.
    void writable();
}
