package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.PortKey;
import dev.sekisho.names.Transport;
import java.net.InetAddress;
import java.util.List;

/// Where gateways listen for an import. Which addresses and ports those are depends on what routes an import's address
/// to
/// a gateway: a host binds the address itself, a cluster forwards it to a port of the gateway's pods.
@FunctionalInterface
public interface ListenerPlan {
    /// @param address the gateway's own
    /// @param port of the import, what a connection there is for
    record PlannedListener(InetAddress address, int listenPort, PortKey port) {}

    List<PlannedListener> listeners(Import imported);

    /// The gateway binds the clusterset addresses themselves, each with the import's own port numbers, TCP and UDP; it
    /// carries no SCTP.
    static ListenerPlan onImportAddresses() {
        return imported -> imported.ips().stream()
                .flatMap(ip -> imported.ports().stream()
                        .filter(port -> port.transport() != Transport.SCTP)
                        .map(port -> new PlannedListener(ip, port.number(), port.key())))
                .toList();
    }
}
