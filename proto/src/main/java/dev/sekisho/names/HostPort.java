package dev.sekisho.names;

import com.google.common.net.HostAndPort;

/// Where to dial or listen: `host:port`, `192.0.2.1:7443`, `[2001:db8::1]:7443`.
///
/// @param host a DNS name or an address without brackets
/// @param port 0 to 65535; 0 only makes sense for listening and means any free port
public record HostPort(String host, int port) {
    public HostPort {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host must not be empty");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
        }
    }

    /// @throws IllegalArgumentException naming the text when it is not `host:port`
    public static HostPort parse(String text) {
        try {
            var parsed = HostAndPort.fromString(text);
            return new HostPort(parsed.getHost(), parsed.getPort());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IllegalArgumentException("must be host:port, got '" + text + "'", e);
        }
    }

    @Override
    public String toString() {
        return HostAndPort.fromParts(host, port).toString();
    }
}
