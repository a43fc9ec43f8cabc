package dev.sekisho.gateway.tunnel.frame;

import java.util.Optional;

/// The frames of a lane. A type this version does not know is skipped when its high bit is set; otherwise the lane is
/// closed.
public enum FrameType {
    HELLO(0x01, FrameType.MAX_CONTROL),
    OPEN(0x02, FrameType.MAX_CONTROL),
    OPENED(0x03, FrameType.MAX_CONTROL),
    REFUSED(0x04, FrameType.MAX_CONTROL),
    DATA(0x05, FrameType.MAX_DATA),
    END(0x06, 0),
    RESET(0x07, 5),
    DATAGRAM(0x08, FrameType.MAX_DATAGRAM),
    PING(0x09, 8),
    PONG(0x0a, 8),
    DRAIN(0x0b, 0);

    /// Most payload bytes of a frame that is read whole before it means anything.
    public static final int MAX_CONTROL = 16 * 1024;

    /// Most payload bytes of a DATA frame. Its bytes are passed on as they come, so this bounds no memory.
    public static final int MAX_DATA = 256 * 1024;

    /// Most payload bytes of a DATAGRAM frame, which is one datagram: what an IPv4 packet can hold of UDP.
    public static final int MAX_DATAGRAM = 65_507;

    private static final FrameType[] BY_CODE = new FrameType[0x0c];

    static {
        for (var type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int maxPayload;

    FrameType(int code, int maxPayload) {
        this.code = code;
        this.maxPayload = maxPayload;
    }

    public int code() {
        return code;
    }

    /// Bytes; a frame that announces more closes the lane.
    public int maxPayload() {
        return maxPayload;
    }

    /// @param code 0 to 255
    public static Optional<FrameType> of(int code) {
        return code > 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }
}
