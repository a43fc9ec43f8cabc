package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;

/// Carries a stream between the caller's end and the backend's until both directions have ended or one end breaks.
/// Never holds a byte itself: a sink that cannot take more stops the reading at its source.
///
/// Confined to the stream's event loop, but for the byte counts.
public final class Relay {
    /// Told once how the relay ended, when both ends are over.
    public interface Watcher {
        void completed();

        /// @param byCaller whether the caller's end broke, else the backend's
        void reset(boolean byCaller, ResetCode code);

        void lost(boolean callersEnd, String why);
    }

    private final Flow toBackend;
    private final Flow toCaller;
    private final Watcher watcher;
    private boolean over;

    /// @param sentBefore bytes of the caller that are already written to `backend`
    public Relay(StreamEnd caller, StreamEnd backend, long sentBefore, Watcher watcher) {
        toBackend = new Flow(caller, backend);
        toCaller = new Flow(backend, caller);
        toBackend.bytes = sentBefore;
        this.watcher = watcher;
    }

    /// Starts carrying.
    ///
    /// @param callerEnded whether the caller has half-closed already and the backend's end was told
    public void start(boolean callerEnded) {
        toBackend.ended = callerEnded;
        toBackend.source.tell(toBackend);
        toCaller.source.tell(toCaller);
        toBackend.resume();
        if (!over) {
            toCaller.resume();
        }
    }

    /// Breaks both ends off without telling the watcher.
    public void abort(ResetCode code) {
        over = true;
        toBackend.source.reset(code);
        toBackend.sink.reset(code);
    }

    /// Bytes from the caller to the backend.
    public long sentBytes() {
        return toBackend.bytes;
    }

    /// Bytes from the backend to the caller.
    public long receivedBytes() {
        return toCaller.bytes;
    }

    private boolean isOver() {
        return over;
    }

    private void completeIfEnded() {
        if (!over && toBackend.ended && toCaller.ended) {
            over = true;
            watcher.completed();
        }
    }

    private void broken(Flow flow, ResetCode code) {
        if (!over) {
            abort(code);
            watcher.reset(flow == toBackend, code);
        }
    }

    private void lost(Flow flow, String why) {
        if (!over) {
            abort(ResetCode.CONNECTION_RESET);
            watcher.lost(flow == toBackend, why);
        }
    }

    /// One direction; hears what its source has to say.
    private final class Flow implements EndEvents {
        private final StreamEnd source;
        private final StreamEnd sink;
        private long bytes;
        private boolean ended;
        private boolean paused;

        private Flow(StreamEnd source, StreamEnd sink) {
            this.source = source;
            this.sink = sink;
        }

        private void resume() {
            paused = !sink.isWritable();
            source.read(!paused);
        }

        @Override
        public void received(ByteBuf read) {
            bytes += read.readableBytes();
            sink.write(read);
            if (!paused && !sink.isWritable()) {
                paused = true;
                source.read(false);
            }
        }

        @Override
        public void receivedAll() {
            sink.flush();
        }

        @Override
        public void ended() {
            if (!ended && !isOver()) {
                ended = true;
                sink.end();
                completeIfEnded();
            }
        }

        @Override
        public void reset(ResetCode code) {
            broken(this, code);
        }

        @Override
        public void lost(String why) {
            Relay.this.lost(this, why);
        }

        @Override
        public void writable() {
            var other = this == toBackend ? toCaller : toBackend;
            if (other.paused) {
                other.paused = false;
                other.source.read(true);
            }
        }
    }
}
