package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/// Keeps what one end brings while the other is not there yet. Bounded by not reading on: what comes is what had been
/// read already. What came before the end broke is kept too, and is handed on before the break.
public abstract class EarlyInput implements EndEvents {
    private final Queue<ByteBuf> held = new ArrayDeque<>();
    private boolean ended;
    private boolean broken;

    /// The end broke before the other was there and nothing is kept, or, after [#start], the other end has had what was
    /// kept and is broken off behind it.
    protected abstract void broken(ResetCode code);

    /// What carried the end is gone; what was kept is freed.
    protected abstract void gone(String why);

    /// Starts a relay into whose sink [#pourInto] has written.
    protected final void start(Relay relay) {
        relay.start(ended);
        if (broken) {
            relay.abort(ResetCode.CONNECTION_RESET);
            broken(ResetCode.CONNECTION_RESET);
        }
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
        if (code == ResetCode.CONNECTION_RESET && !held.isEmpty()) {
            broken = true;
        } else {
            discard();
            broken(code);
        }
    }

    @Override
    public final void lost(String why) {
        discard();
        gone(why);
    }

    @Override
    public final void writable() {}
}
