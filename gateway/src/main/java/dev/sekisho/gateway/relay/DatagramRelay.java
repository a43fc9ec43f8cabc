package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Carries a UDP flow, datagram by datagram, until it was quiet both ways for a while or one end is over. Reading never
/// stops: what a sink cannot take waits in a bounded queue, from which the oldest are dropped.
public final class DatagramRelay implements Relay {
    /// The longest datagram that is carried: what an IPv4 packet can hold of UDP.
    public static final int MOST_BYTES = 65_507;

    /// A flow that is quiet for so long is taken for over when the gateway goes down.
    static final Duration DRAIN_QUIET = Duration.ofSeconds(5);

    /// A flow that was one question and its answer is taken for over when it is quiet for so long.
    static final Duration ANSWERED_QUIET = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final IntConsumer dropped;
    private final Watcher watcher;
    private final Flow toBackend;
    private final Flow toCaller;
    private Duration quietTime;
    private long lastNanos;
    private @Nullable ScheduledFuture<?> quietCheck;
    private boolean over;

    /// @param early what the caller said before there was a backend; taken over. What is lent of it was sent.
    /// @param sentBefore bytes of the caller that are already written to `backend`, those that are lent left out
    /// @param quietTime after which the flow is over
    /// @param dropped told how many datagrams were dropped
    public DatagramRelay(
            EventLoop loop,
            StreamEnd caller,
            StreamEnd backend,
            DatagramQueue early,
            long sentBefore,
            Duration quietTime,
            IntConsumer dropped,
            Watcher watcher) {
        this.loop = loop;
        this.quietTime = quietTime;
        this.dropped = dropped;
        this.watcher = watcher;
        toBackend = new Flow(caller, backend, early);
        toCaller = new Flow(backend, caller, new DatagramQueue());
        // How many datagrams those bytes were is not known; they count as more than one.
        toBackend.datagrams = early.size() + (sentBefore > 0 ? 2 : 0);
        toBackend.bytes = sentBefore + early.settle();
    }

    @Override
    public void start(boolean callerEnded) {
        toBackend.source.tell(toBackend);
        toCaller.source.tell(toCaller);
        if (callerEnded) {
            complete();
            return;
        }
        lastNanos = loop.ticker().nanoTime();
        checkQuietIn(quietTime.toNanos());
        toBackend.pour();
        toBackend.source.read(true);
        toCaller.source.read(true);
    }

    @Override
    public void abort(ResetCode code) {
        end();
        toBackend.source.reset(code);
        toBackend.sink.reset(code);
    }

    @Override
    public void draining() {
        if (!over && quietTime.compareTo(DRAIN_QUIET) > 0) {
            quietTime = DRAIN_QUIET;
            checkQuiet();
        }
    }

    @Override
    public long sentBytes() {
        return toBackend.bytes;
    }

    @Override
    public long receivedBytes() {
        return toCaller.bytes;
    }

    private void checkQuiet() {
        var left = mayBeQuietFor().toNanos() - (loop.ticker().nanoTime() - lastNanos);
        if (left > 0) {
            checkQuietIn(left);
        } else {
            complete();
        }
    }

    private Duration mayBeQuietFor() {
        return isOneAnswer() && quietTime.compareTo(ANSWERED_QUIET) > 0 ? ANSWERED_QUIET : quietTime;
    }

    /// One datagram each way so far, as a question to a name server and its answer.
    private boolean isOneAnswer() {
        return toBackend.datagrams == 1 && toCaller.datagrams == 1;
    }

    private void checkQuietIn(long nanos) {
        if (quietCheck != null) {
            quietCheck.cancel(false);
        }
        quietCheck = loop.schedule(this::checkQuiet, nanos, TimeUnit.NANOSECONDS);
    }

    private void complete() {
        end();
        toBackend.source.end();
        toBackend.sink.end();
        watcher.completed();
    }

    private void end() {
        over = true;
        if (quietCheck != null) {
            quietCheck.cancel(false);
        }
        drop(toBackend.waiting.discard() + toCaller.waiting.discard());
    }

    private void drop(int count) {
        if (count > 0) {
            dropped.accept(count);
        }
    }

    /// One direction; hears what its source has to say.
    private final class Flow implements EndEvents {
        private final StreamEnd source;
        private final StreamEnd sink;
        private final DatagramQueue waiting;
        private long bytes;
        private int datagrams;

        private Flow(StreamEnd source, StreamEnd sink, DatagramQueue waiting) {
            this.source = source;
            this.sink = sink;
            this.waiting = waiting;
        }

        private void pour() {
            if (!waiting.isEmpty()) {
                bytes += waiting.pourInto(sink);
                sink.flush();
            }
        }

        @Override
        public void received(ByteBuf datagram) {
            if (over) {
                datagram.release();
                return;
            }
            lastNanos = loop.ticker().nanoTime();
            datagrams = Math.min(datagrams + 1, 2);
            if (isOneAnswer()) {
                checkQuietIn(mayBeQuietFor().toNanos());
            }
            if (waiting.isEmpty() && sink.isWritable()) {
                bytes += datagram.readableBytes();
                sink.write(datagram);
            } else {
                drop(waiting.add(datagram));
            }
        }

        @Override
        public void receivedAll() {
            if (!over) {
                sink.flush();
            }
        }

        @Override
        public void ended() {
            if (!over) {
                complete();
            }
        }

        @Override
        public void reset(ResetCode code) {
            if (!over) {
                abort(code);
                watcher.reset(this == toBackend, code);
            }
        }

        @Override
        public void lost(String why) {
            if (!over) {
                abort(ResetCode.CONNECTION_RESET);
                watcher.lost(this == toBackend, why);
            }
        }

        @Override
        public void writable() {
            if (!over) {
                (this == toBackend ? toCaller : toBackend).pour();
            }
        }
    }
}
