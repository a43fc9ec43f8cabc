package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;

/// One end of a stream: a plain socket or a lane. Confined to the stream's event loop. Once an end is over, because it
/// was ended both ways, reset or lost, every call does nothing (and frees what it was given).
///
/// At the ends of a UDP flow every buffer is one datagram, which may be empty, and [#end] ends both directions.
public interface StreamEnd {
    /// @param events told what happens at this end from now on
    void tell(EndEvents events);

    /// @param bytes taken over; the four bytes before its reader index, if there are any, may be overwritten
    void write(ByteBuf bytes);

    void flush();

    /// No more bytes will be written: half-close, after those already written.
    void end();

    /// Breaks this end off in both directions, after what was written before, unless the code says at once.
    void reset(ResetCode code);

    /// False while more is written than has been sent; [EndEvents#writable] tells when that is over.
    boolean isWritable();

    /// Whether to go on reading. What was read already may still be told after reading was switched off.
    void read(boolean on);
}
