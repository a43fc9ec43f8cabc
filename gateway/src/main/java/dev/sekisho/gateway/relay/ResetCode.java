package dev.sekisho.gateway.relay;

/// Why a stream was broken off. The numbers travel in RESET frames.
public enum ResetCode {
    /// Whoever is behind that end broke the connection.
    CONNECTION_RESET(1),
    POLICY_CHANGED(2),
    DRAINING(3),
    /// The opener no longer wants the stream.
    CANCELLED(4),
    /// A number of a newer version.
    UNKNOWN(0);

    private final int number;

    ResetCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// Whether not even what was said before may still be handed on: it is no longer allowed, or the time for it is up.
    boolean isAtOnce() {
        return this == POLICY_CHANGED || this == DRAINING;
    }

    public static ResetCode of(int number) {
        for (var code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
