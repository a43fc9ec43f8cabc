package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.policy.published.PublishedIngress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Builds what a cluster exports, defaulting whatever the test is not about.
public final class TestExport {
    private final ClusterName cluster;
    private ServiceName name = ServiceName.parse("shop/db");
    private Instant createdAt = TestView.LONG_AGO;
    private boolean headless;
    private List<ExportedPort> ports = List.of();
    private ServiceTraits traits = TestView.TRAITS;
    private Map<String, String> labels = Map.of();
    private Map<String, String> annotations = Map.of();
    private Map<String, String> podLabels = Map.of();
    private Optional<PublishedIngress> ingress = Optional.empty();
    private List<Hostname> hostnames = List.of();
    private Readiness readiness = Readiness.READY;

    private TestExport(String cluster) {
        this.cluster = new ClusterName(cluster);
        ports(TestView.tcp("redis", 6379));
    }

    public static TestExport exportOf(String cluster) {
        return new TestExport(cluster);
    }

    public static PeerExports all(String peer, Export... exports) {
        return peerExports(peer, true, exports);
    }

    public static PeerExports some(String peer, Export... exports) {
        return peerExports(peer, false, exports);
    }

    private static PeerExports peerExports(String peer, boolean complete, Export... exports) {
        return new PeerExports(
                new ClusterName(peer),
                complete,
                Stream.of(exports).collect(Collectors.toMap(Export::name, Function.identity())));
    }

    public TestExport of(String service) {
        name = ServiceName.parse(service);
        return this;
    }

    /// @param seconds how much younger than the others it is
    public TestExport younger(int seconds) {
        createdAt = TestView.LONG_AGO.plusSeconds(seconds);
        return this;
    }

    public TestExport headless(Hostname... ready) {
        headless = true;
        hostnames = List.of(ready);
        return this;
    }

    public TestExport ports(ServicePort... servicePorts) {
        ports = Stream.of(servicePorts)
                .map(port -> new ExportedPort(port, List.of(new TargetPort(port.number(), ""))))
                .toList();
        return this;
    }

    public TestExport sessionAffinity(String affinity, int timeoutSeconds) {
        traits = new ServiceTraits(
                affinity,
                affinity.equals("None") ? Optional.empty() : Optional.of(timeoutSeconds),
                traits.internalTrafficPolicy(),
                traits.trafficDistribution(),
                traits.ipFamilies());
        return this;
    }

    public TestExport internalTrafficPolicy(String policy) {
        traits = new ServiceTraits(
                traits.sessionAffinity(),
                traits.sessionAffinityTimeoutSeconds(),
                Optional.of(policy),
                traits.trafficDistribution(),
                traits.ipFamilies());
        return this;
    }

    public TestExport trafficDistribution(String distribution) {
        traits = new ServiceTraits(
                traits.sessionAffinity(),
                traits.sessionAffinityTimeoutSeconds(),
                traits.internalTrafficPolicy(),
                Optional.of(distribution),
                traits.ipFamilies());
        return this;
    }

    public TestExport ipFamilies(String... families) {
        traits = new ServiceTraits(
                traits.sessionAffinity(),
                traits.sessionAffinityTimeoutSeconds(),
                traits.internalTrafficPolicy(),
                traits.trafficDistribution(),
                List.of(families));
        return this;
    }

    /// No endpoint of it is ready.
    public TestExport unready() {
        readiness = Readiness.NOT_READY;
        return this;
    }

    /// Its most ready endpoint terminates.
    public TestExport terminating() {
        readiness = Readiness.TERMINATING;
        return this;
    }

    public TestExport labels(Map<String, String> exported) {
        labels = exported;
        return this;
    }

    public TestExport annotations(Map<String, String> exported) {
        annotations = exported;
        return this;
    }

    public TestExport podLabels(Map<String, String> common) {
        podLabels = common;
        return this;
    }

    public TestExport ingress(PublishedIngress told) {
        ingress = Optional.of(told);
        return this;
    }

    public Export build() {
        return new Export(
                cluster,
                name,
                createdAt,
                headless,
                ports,
                traits,
                labels,
                annotations,
                readiness,
                podLabels,
                Map.of("kubernetes.io/metadata.name", name.namespace()),
                hostnames,
                ingress);
    }
}
