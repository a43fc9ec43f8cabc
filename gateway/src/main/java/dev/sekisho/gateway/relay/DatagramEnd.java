package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// A connected UDP socket as the end of a flow: the last handler of its pipeline. It is lost when the network says that
/// the other side cannot be reached, as by the ICMP message that nobody listens there.
/// Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows as exceptionCaught
public final class DatagramEnd extends ChannelInboundHandlerAdapter implements PlainEnd {
    private final Channel channel;
    private @Nullable EndEvents events;
    private boolean over;

    public DatagramEnd(Channel channel) {
        this.channel = channel;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void tell(EndEvents listener) {
        events = listener;
    }

    @Override
    public void write(ByteBuf bytes) {
        if (over) {
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
        flush();
        close();
    }

    @Override
    public void reset(ResetCode code) {
        close();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void read(boolean on) {
        if (!over) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over || events == null) {
            ReferenceCountUtil.release(message);
        } else {
            events.received(((DatagramPacket) message).content());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!over && events != null) {
            events.receivedAll();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!over && events != null && channel.isWritable()) {
            events.writable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!over) {
            close();
            if (events != null) {
                events.lost(String.valueOf(cause.getMessage()));
            }
        }
    }

    private void close() {
        if (!over) {
            over = true;
            channel.close();
        }
    }
}
