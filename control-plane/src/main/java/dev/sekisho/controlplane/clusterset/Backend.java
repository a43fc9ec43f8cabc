package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/// One address behind a service of this cluster.
///
/// @param pod at this address; the one that its EndpointSlice names, if any, where none has been seen, see
///     [PodAddresses#isKnown]
/// @param ports pod port by service port; a service port it does not serve is missing
public record Backend(
        InetAddress address,
        Readiness readiness,
        Optional<String> hostname,
        Optional<PodName> pod,
        Map<PortKey, Integer> ports) {
    public Backend {
        ports = Map.copyOf(ports);
    }

    public boolean ready() {
        return readiness.isReady();
    }

    Backend of(PodName whose) {
        return new Backend(address, readiness, hostname, Optional.of(whose), ports);
    }
}
