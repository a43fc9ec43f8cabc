package dev.sekisho.controlplane.clusterset.placement;

import dev.sekisho.names.Ports;
import dev.sekisho.policy.Cidr;
import java.util.List;

/// How imports get their addresses in this cluster, and how what is sent there gets to a gateway.
public sealed interface ImportAddressing {
    /// Out of pools of our own; gateways bind the addresses themselves, with the import's own port numbers.
    ///
    /// @param pools at most one family's worth of addresses per family; without any no import can be called
    record OwnPools(List<Cidr> pools) implements ImportAddressing {
        public OwnPools {
            pools = List.copyOf(pools);
        }
    }

    /// The cluster gives them, one Service without a selector per import, and forwards what is sent there: each port of
    /// an import to a port of its own on the gateway pods. Which port that is stands in the Service, so it outlives
    /// every control plane.
    record ClusterService(PortRange listenPorts, LocalTraffic localTraffic) implements ImportAddressing {}

    /// @param last inclusive
    record PortRange(int first, int last) {
        public PortRange {
            Ports.require("listenPorts", first);
            Ports.require("listenPorts", last);
            if (last < first) {
                throw new IllegalArgumentException(
                        "listenPorts must be FIRST-LAST with FIRST not above LAST, got " + first + "-" + last);
            }
        }

        public int size() {
            return last - first + 1;
        }
    }

    /// Where calls go to a service that this cluster exports too.
    enum LocalTraffic {
        /// To ready endpoints of this cluster as long as there is one that exposes the port.
        FIRST,
        /// To endpoints of this cluster and to the gateways alike.
        SPREAD
    }
}
