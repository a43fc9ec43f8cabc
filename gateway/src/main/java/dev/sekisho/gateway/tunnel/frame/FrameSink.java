package dev.sekisho.gateway.tunnel.frame;

import io.netty.buffer.ByteBuf;

/// Receives what a [FrameDecoder] finds, in order.
public interface FrameSink {
    /// Some payload of a DATA frame, as it arrived: one frame may come in several pieces.
    ///
    /// @param bytes never empty; the receiver owns it and must release it
    void data(ByteBuf bytes) throws MalformedFrameException;

    /// A whole frame other than DATA.
    ///
    /// @param payload only valid during the call, unless the receiver retains it; the decoder releases it
    void control(FrameType type, ByteBuf payload) throws MalformedFrameException;
}
