package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;

/// Carries a stream of bytes until both directions have ended or one end breaks. Never holds a byte itself: a sink that
/// cannot take more stops the reading at its source.
public final class ByteRelay implements Relay {
    private final Flow toBackend;
    private final Flow toCaller;
    private final Watcher watcher;
    private boolean over;

    /// @param sentBefore bytes of the caller that are already written to `backend`
    public ByteRelay(StreamEnd caller, StreamEnd backend, long sentBefore, Watcher watcher) {
        toBackend = new Flow(caller, backend);
        toCaller = new Flow(backend, caller);
        toBackend.bytes = sentBefore;
        this.watcher = watcher;
    }

    @Override
    public void start(boolean callerEnded) {
        toBackend.ended = callerEnded;
        toBackend.source.tell(toBackend);
        toCaller.source.tell(toCaller);
        toBackend.resume();
        if (!over) {
            toCaller.resume();
        }
    }

    @Override
    public void abort(ResetCode code) {
        over = true;
        toBackend.source.reset(code);
        toBackend.sink.reset(code);
    }

    @Override
    public void draining() {}

    @Override
    public long sentBytes() {
        return toBackend.bytes;
    }

    @Override
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
            abort(ResetCode.CONNECTION_RESET); // whyever it ended there, what came before is handed on
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
            ByteRelay.this.lost(this, why);
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
