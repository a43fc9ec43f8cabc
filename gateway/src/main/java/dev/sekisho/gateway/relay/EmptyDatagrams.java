package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/// Sends the empty datagrams of a UDP socket, which Netty leaves out. Confined to the socket's event loop.
final class EmptyDatagrams extends ChannelOutboundHandlerAdapter {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final DatagramChannel socket;

    private EmptyDatagrams(DatagramChannel socket) {
        this.socket = socket;
    }

    /// A UDP socket that sends them.
    ///
    /// @throws ChannelException when the system has no socket left
    static NioDatagramChannel newChannel() {
        try {
            var socket = DatagramChannel.open();
            var channel = new NioDatagramChannel(socket);
            channel.pipeline().addLast(new EmptyDatagrams(socket));
            return channel;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    /// @param message a buffer when the socket is connected, else a [DatagramPacket]
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!isEmpty(message)) {
            var _ = context.write(message, promise);
            return;
        }
        context.flush(); // those before it
        try {
            if (message instanceof DatagramPacket packet) {
                socket.send(EMPTY, packet.recipient());
            } else {
                sendEmptyToPeer();
            }
            promise.trySuccess();
        } catch (IOException e) {
            promise.tryFailure(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static boolean isEmpty(Object message) {
        return !(message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message).isReadable();
    }

    /// Java, too, leaves an empty datagram out when the socket is connected. A second one of the same address sends it;
    /// what comes back goes to the connected one, which fits better.
    private void sendEmptyToPeer() throws IOException {
        // Not set before the socket has its port: the kernel could give it one that another such socket has.
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        try (var beside = DatagramChannel.open()) {
            beside.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            beside.bind(socket.getLocalAddress());
            beside.send(EMPTY, socket.getRemoteAddress());
        }
    }
}
