package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// A service of the clusterset as it appears in one importing cluster: the merge of all its exports.
///
/// @param sources the constituent exports, oldest first
/// @param ports the union of the constituents' ports (KEP-1645)
/// @param ips one per entry of `traits.ipFamilies()`, in that order; empty for a headless service, and while the
///     cluster has not given it any
/// @param listenPorts on which port of the gateway pods each port is listened for; empty where gateways bind the import
///     addresses themselves, and for a headless service
/// @param slices what is to be written as EndpointSlices; none where gateways bind the import addresses themselves
public record Import(
        ServiceName name,
        boolean headless,
        List<ServicePort> ports,
        ServiceTraits traits,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<InetAddress> ips,
        Map<PortKey, Integer> listenPorts,
        List<PlannedSlice> slices,
        List<Export> sources) {
    public Import {
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        ips = List.copyOf(ips);
        listenPorts = Map.copyOf(listenPorts);
        slices = List.copyOf(slices);
        sources = List.copyOf(sources);
    }
}
