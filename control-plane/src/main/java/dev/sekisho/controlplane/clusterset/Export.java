package dev.sekisho.controlplane.clusterset;

import static java.util.stream.Collectors.toMap;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.policy.call.RemoteOffer;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.policy.published.RemoteIngress;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A valid export of one cluster: what its peers are told of the service. Pods are not in it, so a pod that restarts is
/// no message to anyone; headless services are the exception.
///
/// @param createdAt of the ServiceExport; the oldest wins a conflict
/// @param readiness that of its most ready endpoint
/// @param podLabels what all its pods have in common: the Service's selector, and labels that every pod carries which
///     is ready, or terminates while none is
/// @param ingress by which callers of other clusters may be refused early; empty when nobody is to be
public record Export(
        ClusterName cluster,
        ServiceName name,
        Instant createdAt,
        boolean headless,
        List<ExportedPort> ports,
        ServiceTraits traits,
        Map<String, String> exportedLabels,
        Map<String, String> exportedAnnotations,
        Readiness readiness,
        Map<String, String> podLabels,
        Map<String, String> namespaceLabels,
        List<Hostname> hostnames,
        Optional<PublishedIngress> ingress) {
    public Export {
        ports = List.copyOf(ports);
        exportedLabels = Map.copyOf(exportedLabels);
        exportedAnnotations = Map.copyOf(exportedAnnotations);
        podLabels = Map.copyOf(podLabels);
        namespaceLabels = Map.copyOf(namespaceLabels);
        hostnames = List.copyOf(hostnames);
    }

    public boolean ready() {
        return readiness.isReady();
    }

    /// Whether it serves exactly this port, whatever its name; a call to another one must never go there.
    public boolean exposes(PortKey port) {
        return ports.stream().anyMatch(exposed -> exposed.port().key().equals(port));
    }

    /// How calls to it from other clusters are judged there.
    public RemoteOffer offer() {
        return new RemoteOffer(
                cluster,
                name,
                ports.stream().collect(toMap(port -> port.port().key(), ExportedPort::targets, (first, _) -> first)),
                readiness,
                podLabels,
                namespaceLabels,
                ingress.map(RemoteIngress::of));
    }

    /// The pod port behind `port`; empty when it serves none, or another one on each pod.
    public OptionalInt onlyTarget(PortKey port) {
        var targets = ports.stream()
                .filter(exposed -> exposed.port().key().equals(port))
                .flatMap(exposed -> exposed.targets().stream())
                .mapToInt(TargetPort::number)
                .distinct()
                .toArray();
        return targets.length == 1 ? OptionalInt.of(targets[0]) : OptionalInt.empty();
    }

    /// @param targets the distinct pod ports behind it
    public record ExportedPort(ServicePort port, List<TargetPort> targets) {
        public ExportedPort {
            targets = List.copyOf(targets);
        }
    }

    /// @param hostname the endpoint's hostname, else its address with dashes
    public record Hostname(String hostname, List<InetAddress> addresses) {
        public Hostname {
            addresses = List.copyOf(addresses);
        }
    }
}
