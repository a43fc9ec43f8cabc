package dev.sekisho.gateway.tunnel.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Finds frames in a stream of bytes that may be split anywhere. DATA is passed on as slices, without copying or
/// waiting for the frame's end; other frames are collected first, at most [FrameType#maxPayload] bytes.
///
///      0        1        2        3        4
///     +--------+--------+--------+--------+----------------
///     |  type  |   length, big-endian     |  payload …
///     +--------+--------+--------+--------+----------------
///
/// Confined to one thread at a time.
public final class FrameDecoder {
    private static final int HEADER_BYTES = 4;
    private static final int SKIPPABLE = 0x80;

    private final FrameSink sink;
    private int header;
    private int headerBytes;
    private boolean inPayload;
    /// Null while a frame of unknown type is skipped.
    private @Nullable FrameType type;

    private int payloadLeft;
    /// The beginning of a control frame whose end has not arrived.
    private @Nullable ByteBuf partial;

    private boolean closed;

    public FrameDecoder(FrameSink sink) {
        this.sink = sink;
    }

    /// Reads all of `in`, which stays the caller's.
    ///
    /// @throws MalformedFrameException when the bytes are no frames, or the sink did not want one; call [#close]
    /// then
    public void decode(ByteBuf in) throws MalformedFrameException {
        while (!closed && in.isReadable()) {
            if (!inPayload) {
                readHeader(in);
            } else if (type == FrameType.DATA) {
                var slice = in.readRetainedSlice(Math.min(payloadLeft, in.readableBytes()));
                payloadLeft -= slice.readableBytes();
                inPayload = payloadLeft > 0;
                sink.data(slice);
            } else if (type == null) {
                var skipped = Math.min(payloadLeft, in.readableBytes());
                in.skipBytes(skipped);
                payloadLeft -= skipped;
                inPayload = payloadLeft > 0;
            } else {
                collect(type, in);
            }
        }
    }

    /// Drops what was collected and ignores everything that follows. May be called from within the sink.
    public void close() {
        closed = true;
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    private void readHeader(ByteBuf in) throws MalformedFrameException {
        if (headerBytes == 0 && in.readableBytes() >= HEADER_BYTES) {
            header = in.readInt();
        } else {
            header = (header << 8) | in.readUnsignedByte();
            if (++headerBytes < HEADER_BYTES) {
                return;
            }
        }
        headerBytes = 0;
        startFrame(header >>> 24, header & 0xffffff);
    }

    private void startFrame(int code, int length) throws MalformedFrameException {
        type = FrameType.of(code).orElse(null);
        if (type == null && (code & SKIPPABLE) == 0) {
            throw new MalformedFrameException("unknown frame type 0x" + Integer.toHexString(code));
        }
        var most = type == null ? FrameType.MAX_CONTROL : type.maxPayload();
        if (length > most) {
            throw new MalformedFrameException((type == null ? "frame type 0x" + Integer.toHexString(code) : type)
                    + " announces " + length + " bytes, at most " + most + " are allowed");
        }
        payloadLeft = length;
        inPayload = length > 0;
        if (length == 0 && type != null && type != FrameType.DATA) {
            sink.control(type, Unpooled.EMPTY_BUFFER);
        }
    }

    private void collect(FrameType control, ByteBuf in) throws MalformedFrameException {
        if (partial == null && in.readableBytes() >= payloadLeft) {
            var payload = in.readSlice(payloadLeft);
            inPayload = false;
            sink.control(control, payload);
            return;
        }
        if (partial == null) {
            partial = in.alloc().buffer(payloadLeft);
        }
        var part = Math.min(payloadLeft, in.readableBytes());
        partial.writeBytes(in, part);
        payloadLeft -= part;
        if (payloadLeft == 0) {
            inPayload = false;
            var whole = partial;
            partial = null;
            try {
                sink.control(control, whole);
            } finally {
                whole.release();
            }
        }
    }
}
