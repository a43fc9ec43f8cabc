package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// A plain TCP connection as the end of a stream: the last handler of its pipeline. The channel must allow
/// half-closure. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows as exceptionCaught or channelInactive
public final class SocketEnd extends ChannelInboundHandlerAdapter implements PlainEnd {
    private final DuplexChannel channel;
    private @Nullable EndEvents events;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean outputFlushed;
    private boolean over;

    public SocketEnd(DuplexChannel channel) {
        this.channel = channel;
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
            channel.write(bytes, channel.voidPromise());
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
                broken();
                return;
            }
            outputFlushed = true;
            if (!inputEnded) {
                channel.shutdownOutput().addListener((ChannelFuture shut) -> {
                    if (!shut.isSuccess() && !over) {
                        broken();
                    }
                });
            }
            closeIfEnded();
        });
    }

    @Override
    public void reset(ResetCode code) {
        if (!over) {
            over = true;
            closeWithReset();
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
        if (event instanceof ChannelInputShutdownEvent && !over && !inputEnded) {
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

    private void broken() {
        if (!over) {
            over = true;
            closeWithReset();
            if (events != null) {
                events.reset(ResetCode.CONNECTION_RESET);
            }
        }
    }

    private void closeWithReset() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }
}
