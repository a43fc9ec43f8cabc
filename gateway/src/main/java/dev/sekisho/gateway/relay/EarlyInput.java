package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/// Keeps what one end brings while the other is not there yet. Bounded by not reading on: what comes is what had been
/// read already.
public abstract class EarlyInput implements EndEvents {
    private final Queue<ByteBuf> held = new ArrayDeque<>();
    private boolean ended;

    /// The end broke before the other was there; what was kept is freed.
    protected abstract void broken(ResetCode code);

    /// What carried the end is gone; what was kept is freed.
    protected abstract void gone(String why);

    /// Whether the end has half-closed.
    public final boolean hasEnded() {
        return ended;
    }

    /// Writes everything to `sink`, its half-close too.
    ///
    /// @return how many bytes that were
    public final long pourInto(StreamEnd sink) {
        var bytes = 0L;
        var any = !held.isEmpty();
        for (var next = held.poll(); next != null; next = held.poll()) {
            bytes += next.readableBytes();
            sink.write(next);
        }
        if (ended) {
            sink.end();
        } else if (any) {
            sink.flush();
        }
        return bytes;
    }

    /// Frees what was kept.
    public final void discard() {
        for (var next = held.poll(); next != null; next = held.poll()) {
            next.release();
        }
    }

    @Override
    public final void received(ByteBuf bytes) {
        held.add(bytes);
    }

    @Override
    public final void receivedAll() {}

    @Override
    public final void ended() {
        ended = true;
    }

    @Override
    public final void reset(ResetCode code) {
        discard();
        broken(code);
    }

    @Override
    public final void lost(String why) {
        discard();
        gone(why);
    }

    @Override
    public final void writable() {}
}
