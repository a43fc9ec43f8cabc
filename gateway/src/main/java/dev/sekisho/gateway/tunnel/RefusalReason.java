package dev.sekisho.gateway.tunnel;

import java.util.Locale;

/// Why a connection on the public port was closed before it became a lane or was passed on.
public enum RefusalReason {
    /// Not a TLS ClientHello: plain HTTP, a port scan, garbage.
    NOT_TLS,
    /// No server name, or that of nobody behind this port.
    UNKNOWN_SERVER_NAME,
    /// Nothing complete came in time.
    TIMEOUT,
    /// TLS failed: another version, a certificate we do not believe, none at all.
    HANDSHAKE_FAILED,
    /// A good certificate of someone who may not open lanes here.
    WRONG_IDENTITY,
    /// The first frame was no HELLO we understand.
    BAD_HELLO,
    TOO_MANY_CONNECTIONS,
    /// The control plane cannot be reached, or too many connections wait for it already.
    CONTROL_PLANE_UNREACHABLE,
    DRAINING;

    /// The name in logs and metrics.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
