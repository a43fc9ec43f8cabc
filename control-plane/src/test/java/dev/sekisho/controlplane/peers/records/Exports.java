package dev.sekisho.controlplane.peers.records;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.published.NamespaceIngress;
import dev.sekisho.policy.published.PublishedIngress;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Exports that a test is not about in detail.
public final class Exports {
    /// Nobody may call a pod of tokyo's namespace `shop`.
    static final PublishedIngress CLOSED = NamespaceIngress.of(
                    PolicyScope.of(new ClusterName("tokyo")),
                    "shop",
                    Map.of("kubernetes.io/metadata.name", "shop"),
                    List.of(Policy.closed(new PolicyName("shop", "closed"))))
            .publish(List.of(new PublishedIngress.Subject(Map.of(), List.of())))
            .orElseThrow();

    private Exports() {}

    static Export policed(Export export) {
        return new Export(
                export.cluster(),
                export.name(),
                export.createdAt(),
                export.headless(),
                export.ports(),
                export.traits(),
                export.exportedLabels(),
                export.exportedAnnotations(),
                export.readiness(),
                export.podLabels(),
                export.namespaceLabels(),
                export.hostnames(),
                Optional.of(CLOSED));
    }

    public static Export of(String cluster, String service, int port) {
        return of(cluster, service, port, Map.of());
    }

    public static Export of(String cluster, String service, int port, Map<String, String> annotations) {
        return new Export(
                new ClusterName(cluster),
                ServiceName.parse(service),
                Instant.parse("2026-01-02T03:04:05.006Z"),
                false,
                List.of(new ExportedPort(
                        new ServicePort("main", Transport.TCP, port, Optional.of("redis")),
                        List.of(new TargetPort(port, "")))),
                new ServiceTraits("None", Optional.empty(), Optional.empty(), Optional.empty(), List.of("IPv4")),
                Map.of("team", "shop"),
                annotations,
                Readiness.READY,
                Map.of("role", "db"),
                Map.of("kubernetes.io/metadata.name", "shop"),
                List.of(),
                Optional.empty());
    }

    /// @param hosts how many hostnames it has, and how many addresses each of them
    public static Export headless(String cluster, String service, int hosts, int addresses) {
        var hostnames = IntStream.range(0, hosts)
                .mapToObj(host -> new Hostname(
                        "worker-of-a-rather-long-name-" + host,
                        IntStream.range(0, addresses)
                                .mapToObj(i -> InetAddresses.fromInteger((10 << 24) + host * addresses + i))
                                .<InetAddress>map(address -> address)
                                .sorted(Comparator.comparing(InetAddresses::toAddrString))
                                .toList()))
                .sorted(Comparator.comparing(Hostname::hostname))
                .toList();
        var plain = of(cluster, service, 6379);
        return new Export(
                plain.cluster(),
                plain.name(),
                plain.createdAt(),
                true,
                plain.ports(),
                plain.traits(),
                plain.exportedLabels(),
                plain.exportedAnnotations(),
                plain.readiness(),
                plain.podLabels(),
                plain.namespaceLabels(),
                hostnames,
                plain.ingress());
    }

    /// @param ports how many it has, and how many target ports each of them
    public static Export ports(String cluster, String service, int ports, int targets) {
        var all = IntStream.range(0, ports)
                .mapToObj(port -> new ExportedPort(
                        new ServicePort("rtp-" + port, Transport.UDP, 1 + port, Optional.empty()),
                        IntStream.range(0, targets)
                                .mapToObj(target -> new TargetPort(20_000 + target, "media"))
                                .toList()))
                .toList();
        var plain = of(cluster, service, 6379);
        return new Export(
                plain.cluster(),
                plain.name(),
                plain.createdAt(),
                false,
                all,
                plain.traits(),
                plain.exportedLabels(),
                plain.exportedAnnotations(),
                plain.readiness(),
                plain.podLabels(),
                plain.namespaceLabels(),
                List.of(),
                plain.ingress());
    }

    /// Each on port 6379.
    public static Map<ServiceName, Export> named(String cluster, String... services) {
        var exports = new HashMap<ServiceName, Export>();
        for (var service : services) {
            exports.put(ServiceName.parse(service), of(cluster, service, 6379));
        }
        return exports;
    }

    public static Map<ServiceName, Export> with(Map<ServiceName, Export> exports, Export changed) {
        var all = new HashMap<>(exports);
        all.put(changed.name(), changed);
        return all;
    }
}
