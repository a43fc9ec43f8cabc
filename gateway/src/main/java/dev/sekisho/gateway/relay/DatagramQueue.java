package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/// Datagrams that wait for a way on, in the order in which they came. Bounded in number and in bytes: to make room for
/// one more, the oldest go. The first of them may be *lent*: they were sent along in vain perhaps, and are kept for
/// another try until that is known.
///
/// Confined to one thread at a time; owns what it holds.
public final class DatagramQueue {
    /// Most datagrams at once.
    static final int MOST = 64;

    /// Most bytes at once.
    static final int MOST_BYTES = 256 * 1024;

    private static final int HEAD_ROOM = 4;

    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private int bytes;
    private int lent;

    public boolean isEmpty() {
        return held.isEmpty();
    }

    /// How many there are, lent ones too.
    public int size() {
        return held.size();
    }

    /// @param datagram at most [DatagramRelay#MOST_BYTES] long; taken over
    /// @return how many were dropped for it, of those that nobody was given
    public int add(ByteBuf datagram) {
        var dropped = 0;
        while (held.size() == MOST || bytes + datagram.readableBytes() > MOST_BYTES) {
            take().release();
            if (lent > 0) {
                lent--;
            } else {
                dropped++;
            }
        }
        bytes += datagram.readableBytes();
        held.add(ofItsOwnSize(datagram));
        return dropped;
    }

    /// Writes all of them to `sink` and keeps them, as lent.
    public void lendTo(StreamEnd sink) {
        held.forEach(datagram -> sink.write(datagram.retainedDuplicate()));
        lent = held.size();
    }

    /// Forgets those that are lent: they have arrived, or may have.
    ///
    /// @return how many bytes they had
    public long settle() {
        var settled = 0L;
        for (; lent > 0; lent--) {
            var datagram = take();
            settled += datagram.readableBytes();
            datagram.release();
        }
        return settled;
    }

    /// Writes to `sink` as much as it can take. None may be lent.
    ///
    /// @return how many bytes were written
    long pourInto(StreamEnd sink) {
        var poured = 0L;
        while (!held.isEmpty() && sink.isWritable()) {
            var datagram = take();
            poured += datagram.readableBytes();
            sink.write(datagram);
        }
        return poured;
    }

    /// Frees everything.
    ///
    /// @return how many there were that nobody was given
    public int discard() {
        var unsent = held.size() - lent;
        while (!held.isEmpty()) {
            take().release();
        }
        lent = 0;
        return unsent;
    }

    private ByteBuf take() {
        var first = held.remove();
        bytes -= first.readableBytes();
        return first;
    }

    /// A datagram comes as a small part of a large buffer, which must not wait with it.
    private static ByteBuf ofItsOwnSize(ByteBuf datagram) {
        var copy = datagram.alloc()
                .ioBuffer(HEAD_ROOM + datagram.readableBytes())
                .setIndex(HEAD_ROOM, HEAD_ROOM)
                .writeBytes(datagram);
        datagram.release();
        return copy;
    }
}
