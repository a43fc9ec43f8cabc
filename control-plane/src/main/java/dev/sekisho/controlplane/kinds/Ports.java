package dev.sekisho.controlplane.kinds;

import dev.sekisho.names.Transport;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Ports as Kubernetes writes them.
final class Ports {
    static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

    private Ports() {}

    static boolean isKnown(@Nullable String protocol) {
        return protocol == null || protocol.isEmpty() || PROTOCOLS.contains(protocol);
    }

    /// @param protocol one that was checked; absent means TCP
    static Transport transport(@Nullable String protocol) {
        return protocol == null || protocol.isEmpty() ? Transport.TCP : Transport.valueOf(protocol);
    }
}
