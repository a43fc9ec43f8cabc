package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A plain TCP connection as the end of a stream: the last handler of its pipeline. The channel must allow
/// half-closure. Confined to its event loop.
///
/// Nobody's last words are lost: what was written goes out before a reset does, and when nothing more can be written,
/// what the other side said before that is still read. Either may take [#LAST_WORDS] and no longer.
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows as exceptionCaught or channelInactive
public final class SocketEnd extends ChannelInboundHandlerAdapter implements PlainEnd {
    /// How long a connection that was broken off may take to say, or to be told, what came before.
    static final Duration LAST_WORDS = Duration.ofSeconds(30);

    private static final long FIRST_LOOK_MILLIS = 1;
    private static final long LAST_LOOK_MILLIS = 100;

    private final DuplexChannel channel;
    private final Duration lastWords;
    private @Nullable EndEvents events;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean outputFlushed;
    private boolean outputFailed;
    private boolean over;

    public SocketEnd(DuplexChannel channel) {
        this(channel, LAST_WORDS);
    }

    SocketEnd(DuplexChannel channel, Duration lastWords) {
        this.channel = channel;
        this.lastWords = lastWords;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel.config().setAutoClose(false); // Netty would throw away what is still to be read when a write fails
        SilenceWatch.over(channel, SilenceWatch.LONGEST_SILENCE, _ -> broken());
    }

    @Override
    public DuplexChannel channel() {
        return channel;
    }

    @Override
    public void tell(EndEvents listener) {
        events = listener;
    }

    @Override
    public void write(ByteBuf bytes) {
        if (over || outputEnded) {
            bytes.release();
        } else {
            // Unlike the channel's own, this one keeps a failure to itself: it shows as ChannelOutputShutdownEvent.
            channel.write(bytes, channel.unsafe().voidPromise());
        }
    }

    @Override
    public void flush() {
        if (!over) {
            channel.flush();
        }
    }

    @Override
    public void end() {
        if (over || outputEnded) {
            return;
        }
        outputEnded = true;
        // shutdownOutput() drops what is still queued, so it has to wait for it.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFuture flushed) -> {
            if (over) {
                return;
            }
            if (!flushed.isSuccess()) {
                outputFailed();
                return;
            }
            outputFlushed = true;
            if (!inputEnded) {
                channel.shutdownOutput().addListener((ChannelFuture shut) -> {
                    if (!shut.isSuccess()) {
                        outputFailed();
                    }
                });
            }
            closeIfEnded();
        });
    }

    @Override
    public void reset(ResetCode code) {
        if (code.isAtOnce()) {
            over = true;
            closeWithReset();
        } else if (!over) {
            over = true;
            closeWithResetOnceFlushed();
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void read(boolean on) {
        // After its input has ended a channel is no longer registered for reading, and asking for it would break it.
        if (!over && !inputEnded) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over || events == null) {
            ReferenceCountUtil.release(message);
        } else {
            events.received((ByteBuf) message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!over && events != null) {
            events.receivedAll();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelOutputShutdownEvent && !outputFlushed) {
            outputFailed();
        } else if (event instanceof ChannelInputShutdownEvent && outputFailed) {
            broken(); // the failed write has taken the error, so that the reset looks like an end
        } else if (event instanceof ChannelInputShutdownEvent && !over && !inputEnded) {
            inputEnded = true;
            if (events != null) {
                events.ended();
            }
            closeIfEnded();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!over && events != null && channel.isWritable()) {
            events.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken();
    }

    private void closeIfEnded() {
        if (inputEnded && outputFlushed && !over) {
            over = true;
            channel.close();
        }
    }

    /// The other side takes no more. It may have said something before that, which is still to be read.
    private void outputFailed() {
        if (over || outputFailed) {
            return;
        }
        outputFailed = true;
        outputEnded = true;
        if (inputEnded) {
            broken();
        } else {
            afterLastWords(this::broken);
        }
    }

    private void afterLastWords(Runnable action) {
        var timeout = channel.eventLoop().schedule(action, lastWords.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> timeout.cancel(false));
    }

    private void broken() {
        if (!over) {
            over = true;
            closeWithReset();
            if (events != null) {
                events.reset(ResetCode.CONNECTION_RESET);
            }
        }
    }

    private void closeWithResetOnceFlushed() {
        if (!channel.isOpen()) {
            return;
        }
        var flushed = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (flushed.isDone() && TcpState.of(channel).map(TcpState::isSettled).orElse(true)) {
            closeWithReset();
        } else {
            channel.config().setAutoRead(false);
            afterLastWords(this::closeWithReset);
            flushed.addListener(_ -> closeWithResetOnceTaken(FIRST_LOOK_MILLIS));
        }
    }

    /// The kernel, too, throws away at a reset what it has not sent yet.
    private void closeWithResetOnceTaken(long nextLookMillis) {
        if (TcpState.of(channel).map(TcpState::isSettled).orElse(true)) {
            closeWithReset();
        } else {
            channel.eventLoop()
                    .schedule(
                            () -> closeWithResetOnceTaken(Math.min(2 * nextLookMillis, LAST_LOOK_MILLIS)),
                            nextLookMillis,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void closeWithReset() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }
}
