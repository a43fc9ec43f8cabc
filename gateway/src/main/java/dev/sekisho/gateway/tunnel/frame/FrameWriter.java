package dev.sekisho.gateway.tunnel.frame;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/// Frames as bytes. Stateless; any thread.
public final class FrameWriter {
    /// Bytes of a frame's header. A buffer with that much room before its reader index becomes a frame without
    /// copying or a second buffer.
    public static final int HEADER_BYTES = 4;

    private FrameWriter() {}

    /// Frames `payload` as DATA, in several frames when it is longer than one may be.
    ///
    /// @param payload taken over; the four bytes before its reader index, if there are any, are overwritten
    /// @param out receives the buffers to send, in order, and owns them
    public static void data(ByteBufAllocator allocator, ByteBuf payload, Consumer<ByteBuf> out) {
        while (payload.readableBytes() > FrameType.MAX_DATA) {
            out.accept(header(allocator, FrameType.DATA, FrameType.MAX_DATA));
            out.accept(payload.readRetainedSlice(FrameType.MAX_DATA));
            // What lies before the reader index now has just been handed out: it is no head room.
            payload = withoutHeadRoom(payload);
        }
        framed(allocator, FrameType.DATA, payload, out);
    }

    /// Frames `payload` as one DATAGRAM.
    ///
    /// @param payload at most [FrameType#MAX_DATAGRAM] bytes, may be empty; taken over as in [#data]
    /// @param out receives the buffers to send, in order, and owns them
    public static void datagram(ByteBufAllocator allocator, ByteBuf payload, Consumer<ByteBuf> out) {
        if (payload.readableBytes() > FrameType.MAX_DATAGRAM) {
            var length = payload.readableBytes();
            payload.release();
            throw new IllegalArgumentException(
                    "a datagram must have at most " + FrameType.MAX_DATAGRAM + " bytes, got " + length);
        }
        framed(allocator, FrameType.DATAGRAM, payload, out);
    }

    private static void framed(ByteBufAllocator allocator, FrameType type, ByteBuf payload, Consumer<ByteBuf> out) {
        var length = payload.readableBytes();
        var start = payload.readerIndex() - HEADER_BYTES;
        if (start >= 0 && !payload.isReadOnly()) {
            payload.setInt(start, (type.code() << 24) | length);
            payload.readerIndex(start);
        } else {
            out.accept(header(allocator, type, length));
        }
        out.accept(payload);
    }

    public static ByteBuf empty(ByteBufAllocator allocator, FrameType type) {
        return header(allocator, type, 0);
    }

    /// @throws IllegalArgumentException when `message` is longer than a frame of that type may be
    public static ByteBuf message(ByteBufAllocator allocator, FrameType type, MessageLite message) {
        var length = message.getSerializedSize();
        if (length > type.maxPayload()) {
            throw new IllegalArgumentException(
                    type + " of " + length + " bytes is longer than " + type.maxPayload() + " bytes");
        }
        var frame = header(allocator, type, length);
        try {
            var output = CodedOutputStream.newInstance(frame.nioBuffer(HEADER_BYTES, length));
            message.writeTo(output);
            output.flush();
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException(e);
        }
        return frame.writerIndex(HEADER_BYTES + length);
    }

    /// @param stream which stream of the lane, counted from 1
    public static ByteBuf reset(ByteBufAllocator allocator, int code, int stream) {
        return header(allocator, FrameType.RESET, 5).writeByte(code).writeInt(stream);
    }

    /// @param type PING or PONG
    public static ByteBuf probe(ByteBufAllocator allocator, FrameType type, long token) {
        return header(allocator, type, 8).writeLong(token);
    }

    private static ByteBuf header(ByteBufAllocator allocator, FrameType type, int length) {
        // Room for the payload only where it is written right behind the header.
        var carries = type == FrameType.DATA || type == FrameType.DATAGRAM;
        var room = carries ? HEADER_BYTES : HEADER_BYTES + length;
        return allocator.buffer(room).writeInt((type.code() << 24) | length);
    }

    private static ByteBuf withoutHeadRoom(ByteBuf payload) {
        var rest = payload.retainedSlice();
        payload.release();
        return rest;
    }
}
