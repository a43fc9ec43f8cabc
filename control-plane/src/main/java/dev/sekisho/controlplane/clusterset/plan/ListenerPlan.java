package dev.sekisho.controlplane.clusterset.plan;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.placement.ListenPorts;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where gateways listen for an import. Which addresses and ports those are depends on what routes an import's address
/// to a gateway: a host binds the address itself, a cluster forwards it to a port of the gateway's pods.
@FunctionalInterface
public interface ListenerPlan {
    /// Of both families where the gateway has both.
    InetAddress ANY_ADDRESS = InetAddresses.forString("0.0.0.0");

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

    /// The gateways' pods listen, on every address they have and on ports that were allocated before; only what is
    /// written already counts, so that all who plan agree.
    static ListenerPlan onListenPorts(Map<ServiceName, WrittenImport> written) {
        var all = new HashMap<ServiceName, Map<PortKey, Integer>>();
        written.forEach((name, existing) -> all.put(name, existing.listenPorts()));
        var rightful = ListenPorts.onePerNumber(all);
        return imported -> {
            var listenPorts = rightful.getOrDefault(imported.name(), Map.of());
            return imported.ports().stream()
                    .map(ServicePort::key)
                    .filter(listenPorts::containsKey)
                    .filter(port -> port.transport() != Transport.SCTP)
                    .map(port -> new PlannedListener(ANY_ADDRESS, listenPorts.getOrDefault(port, 0), port))
                    .toList();
        };
    }
}
