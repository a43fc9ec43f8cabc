package dev.sekisho.controlplane.kinds;

import dev.sekisho.names.Transport;
import org.jspecify.annotations.Nullable;

/// Ports as Kubernetes writes them.
final class Ports {
    private Ports() {}

    /// @param protocol one that was checked; absent means TCP
    static Transport transport(@Nullable String protocol) {
        return protocol == null || protocol.isEmpty() ? Transport.TCP : Transport.valueOf(protocol);
    }
}
