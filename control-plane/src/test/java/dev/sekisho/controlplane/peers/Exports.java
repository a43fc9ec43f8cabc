package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.NamespaceIngress;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.PolicyScope;
import dev.sekisho.policy.PublishedIngress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Exports that a test is not about in detail.
final class Exports {
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

    static Export of(String cluster, String service, int port) {
        return of(cluster, service, port, Map.of());
    }

    static Export of(String cluster, String service, int port, Map<String, String> annotations) {
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

    /// Each on port 6379.
    static Map<ServiceName, Export> named(String cluster, String... services) {
        var exports = new HashMap<ServiceName, Export>();
        for (var service : services) {
            exports.put(ServiceName.parse(service), of(cluster, service, 6379));
        }
        return exports;
    }

    static Map<ServiceName, Export> with(Map<ServiceName, Export> exports, Export changed) {
        var all = new HashMap<>(exports);
        all.put(changed.name(), changed);
        return all;
    }
}
