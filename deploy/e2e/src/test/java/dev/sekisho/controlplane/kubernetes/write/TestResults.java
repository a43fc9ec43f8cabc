package dev.sekisho.controlplane.kubernetes.write;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.clusterset.GatewayPass.Cause;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.PlannedSlice;
import dev.sekisho.controlplane.clusterset.PlannedSlice.PlannedEndpoint;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PortSelector.PortRange;
import dev.sekisho.policy.PolicyName;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Builds results of one namespace, and what they are made of.
public final class TestResults {
    static final Condition READY = new Condition("Ready", "True", "Ready", "Its addresses lead to it.");
    static final ServicePort REDIS = new ServicePort("redis", Transport.TCP, 6379, Optional.empty());
    static final ServicePort DNS = new ServicePort("dns", Transport.UDP, 53, Optional.empty());

    private final String namespace;
    private final Map<ServiceName, Import> imports = new HashMap<>();
    private final Map<ServiceName, List<Condition>> importConditions = new HashMap<>();
    private final Map<ServiceName, List<Condition>> exportConditions = new HashMap<>();
    private final Map<ClusterName, PeerStatus> peers = new HashMap<>();
    private final List<GatewayPass> passes = new ArrayList<>();
    private final Set<ServiceName> held = new HashSet<>();

    public TestResults(String namespace) {
        this.namespace = namespace;
    }

    ServiceName name(String name) {
        return new ServiceName(namespace, name);
    }

    /// Of osaka, behind the gateway 10.244.0.9.
    ///
    /// @param ips that the derived Service has; none as long as it is not there
    public TestResults clusterSetIp(String name, List<InetAddress> ips) {
        return with(clusterSetIp(name, ips, Map.of(), "10.244.0.9"));
    }

    public Import clusterSetIp(String name, List<InetAddress> ips, Map<String, String> labels, String gateway) {
        var families = ips.stream().map(TestResults::family).toList();
        var listenPorts = Map.of(REDIS.key(), 20_001, DNS.key(), 20_002);
        var slices = families.stream()
                .map(family -> new PlannedSlice(
                        name(name),
                        new ClusterName("osaka"),
                        family,
                        true,
                        List.of(
                                new SlicePort("redis", Transport.TCP, 20_001),
                                new SlicePort("dns", Transport.UDP, 20_002)),
                        List.of(new PlannedEndpoint(
                                family.equals("IPv4") ? ip(gateway) : ip("fd00:244::9"),
                                Readiness.READY,
                                Optional.empty(),
                                Optional.of(new PodName("sekisho-system", "sekisho-gateway-0"))))))
                .toList();
        return imported(name, false, families, labels, ips, listenPorts, slices);
    }

    /// As the other one, which has a UDP port beside.
    TestResults clusterSetIpByTcp(String name, List<InetAddress> ips) {
        var both = clusterSetIp(name, ips, Map.of(), "10.244.0.9");
        return with(new Import(
                both.name(),
                false,
                List.of(REDIS),
                both.traits(),
                both.labels(),
                both.annotations(),
                ips,
                Map.of(REDIS.key(), 20_001),
                both.slices().stream()
                        .map(slice -> new PlannedSlice(
                                slice.service(),
                                slice.source(),
                                slice.ipFamily(),
                                slice.routed(),
                                List.of(new SlicePort("redis", Transport.TCP, 20_001)),
                                slice.endpoints()))
                        .toList(),
                both.sources()));
    }

    public TestResults headless(String name) {
        var slice = new PlannedSlice(
                name(name),
                new ClusterName("osaka"),
                "IPv4",
                false,
                List.of(new SlicePort("redis", Transport.TCP, 6379), new SlicePort("dns", Transport.UDP, 53)),
                List.of(
                        new PlannedEndpoint(ip("10.244.0.7"), Readiness.READY, Optional.of("db-0"), Optional.empty()),
                        new PlannedEndpoint(ip("10.244.0.8"), Readiness.READY, Optional.of("db-1"), Optional.empty())));
        return with(imported(name, true, List.of("IPv4"), Map.of(), List.of(), Map.of(), List.of(slice)));
    }

    private Import imported(
            String name,
            boolean headless,
            List<String> families,
            Map<String, String> labels,
            List<InetAddress> ips,
            Map<PortKey, Integer> listenPorts,
            List<PlannedSlice> slices) {
        var traits = new ServiceTraits(
                "ClientIP", Optional.of(10), Optional.of("Cluster"), Optional.of("PreferClose"), families);
        var source = new Export(
                new ClusterName("osaka"),
                name(name),
                Instant.EPOCH,
                headless,
                List.of(),
                traits,
                Map.of(),
                Map.of(),
                Readiness.READY,
                Map.of(),
                Map.of(),
                List.of(),
                Optional.empty());
        return new Import(
                name(name),
                headless,
                List.of(REDIS, DNS),
                traits,
                labels,
                Map.of("example.org/team", "a"),
                ips,
                listenPorts,
                slices,
                List.of(source));
    }

    TestResults with(Import imported) {
        imports.put(imported.name(), imported);
        importConditions.put(imported.name(), List.of(READY));
        return this;
    }

    public TestResults exported(String name, Condition... conditions) {
        exportConditions.put(name(name), List.of(conditions));
        return this;
    }

    public TestResults peer(String name, PeerStatus status) {
        peers.put(new ClusterName(name), status);
        return this;
    }

    public TestResults pass(String name, Direction direction) {
        passes.add(new GatewayPass(
                namespace,
                name,
                switch (direction) {
                    case INGRESS -> new Cause.Exported(name("db"));
                    case EGRESS -> new Cause.Isolated(new PolicyName(namespace, "isolated"));
                },
                new LabelSelector(
                        Map.of("app", "db"),
                        List.of(new LabelSelector.Requirement(
                                "tier", LabelSelector.Operator.NOT_IN, List.of("front")))),
                List.of(new PortRange(Transport.TCP, 6379, 6379), new PortRange(Transport.UDP, 20_000, 29_999))));
        return this;
    }

    TestResults held(String name) {
        held.add(name(name));
        return this;
    }

    public Results build() {
        return new Results(imports, held, importConditions, exportConditions, passes, peers);
    }

    /// A view in which only the namespace is.
    public ClusterView view() {
        return new ClusterView(
                Map.of(namespace, Map.of()),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of());
    }

    public static List<InetAddress> ips(String... texts) {
        return Stream.of(texts).map(TestResults::ip).toList();
    }

    static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    private static String family(InetAddress ip) {
        return ip.getAddress().length == 4 ? "IPv4" : "IPv6";
    }
}
