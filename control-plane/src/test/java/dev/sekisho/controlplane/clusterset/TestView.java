package dev.sekisho.controlplane.clusterset;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView.EndpointSlice;
import dev.sekisho.controlplane.clusterset.ClusterView.GatewayPod;
import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceExport;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Builds the view of a cluster, defaulting whatever the test is not about. For the tests of the whole control plane.
public final class TestView {
    public static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    public static final ServiceTraits TRAITS =
            new ServiceTraits("None", Optional.empty(), Optional.of("Cluster"), Optional.empty(), List.of("IPv4"));

    private final Map<String, PolicyMode> policyModes = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    private final Map<PodName, Pod> pods = new HashMap<>();
    private final Map<ServiceName, Service> services = new HashMap<>();
    private final Map<ServiceName, List<EndpointSlice>> slices = new HashMap<>();
    private final Map<ServiceName, ServiceExport> exports = new HashMap<>();
    private final List<Policy> policies = new ArrayList<>();
    private final Map<ClusterName, Peer> peers = new HashMap<>();
    private final Map<ServiceName, WrittenImport> imports = new HashMap<>();
    private final List<GatewayPod> gateways = new ArrayList<>();

    public static TestView view() {
        return new TestView().namespace("shop", Map.of());
    }

    public static ServicePort tcp(String name, int number) {
        return new ServicePort(name, Transport.TCP, number, Optional.empty());
    }

    public static ServicePort udp(String name, int number) {
        return new ServicePort(name, Transport.UDP, number, Optional.empty());
    }

    public static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    public static List<InetAddress> ips(String... texts) {
        return Stream.of(texts).map(TestView::ip).toList();
    }

    public TestView namespace(String name, Map<String, String> labels) {
        var all = new HashMap<>(labels);
        all.put("kubernetes.io/metadata.name", name);
        namespaces.put(name, all);
        return this;
    }

    public TestView withoutNamespace(String name) {
        namespaces.remove(name);
        return this;
    }

    public TestView pod(String name, Map<String, String> labels, String address, ContainerPort... ports) {
        return pod(new Pod(PodName.parse(name), labels, "default", ips(address), List.of(ports), false));
    }

    public TestView pod(Pod pod) {
        pods.put(pod.name(), pod);
        return this;
    }

    public static ContainerPort containerPort(String name, int number) {
        return new ContainerPort(name, Transport.TCP, number);
    }

    public TestView service(String name, ServicePort... ports) {
        return service(name, ServiceKind.CLUSTER_IP, TRAITS, ports);
    }

    public TestView service(String name, ServiceKind kind, ServiceTraits traits, ServicePort... ports) {
        var service = new Service(ServiceName.parse(name), kind, List.of(ports), Map.of(), Map.of(), traits);
        services.put(service.name(), service);
        return this;
    }

    public TestView service(Service service) {
        services.put(service.name(), service);
        return this;
    }

    public TestView slice(String service, List<SlicePort> ports, SliceEndpoint... endpoints) {
        var name = ServiceName.parse(service);
        slices.computeIfAbsent(name, _ -> new ArrayList<>()).add(new EndpointSlice(name, ports, List.of(endpoints)));
        return this;
    }

    public TestView withoutSlices(String service) {
        slices.remove(ServiceName.parse(service));
        return this;
    }

    public static SliceEndpoint ready(String address, String pod) {
        return new SliceEndpoint(ips(address), Readiness.READY, Optional.empty(), Optional.of(PodName.parse(pod)));
    }

    public static SliceEndpoint noPod(String address) {
        return new SliceEndpoint(ips(address), Readiness.READY, Optional.empty(), Optional.empty());
    }

    public static SliceEndpoint notReady(String address, String pod) {
        return new SliceEndpoint(ips(address), Readiness.NOT_READY, Optional.empty(), Optional.of(PodName.parse(pod)));
    }

    public static SliceEndpoint terminating(String address, String pod) {
        return new SliceEndpoint(
                ips(address), Readiness.TERMINATING, Optional.empty(), Optional.of(PodName.parse(pod)));
    }

    public TestView export(String name) {
        return export(name, LONG_AGO, Map.of(), Map.of());
    }

    public TestView export(
            String name, Instant createdAt, Map<String, String> labels, Map<String, String> annotations) {
        var export = new ServiceExport(ServiceName.parse(name), createdAt, labels, annotations);
        exports.put(export.name(), export);
        return this;
    }

    public TestView withoutExport(String name) {
        exports.remove(ServiceName.parse(name));
        return this;
    }

    public TestView policy(Policy policy) {
        policies.add(policy);
        return this;
    }

    public TestView peer(String name) {
        var cluster = new ClusterName(name);
        peers.put(cluster, new Peer(cluster, Optional.of(new HostPort("127.0.2.1", 7443)), "PEM of " + name, Map.of()));
        return this;
    }

    public TestView peer(Peer peer) {
        peers.put(peer.name(), peer);
        return this;
    }

    public TestView withoutPeer(String name) {
        peers.remove(new ClusterName(name));
        return this;
    }

    public TestView written(String name, String... ips) {
        var written = new WrittenImport(ServiceName.parse(name), ips(ips), Map.of());
        imports.put(written.name(), written);
        return this;
    }

    /// As written where the cluster forwards imports to ports of gateway pods.
    public TestView imported(String name, Map<PortKey, Integer> listenPorts, String... ips) {
        var written = new WrittenImport(ServiceName.parse(name), ips(ips), listenPorts);
        imports.put(written.name(), written);
        return this;
    }

    /// @param addresses one per family
    public TestView gateway(String name, String... addresses) {
        gateways.add(new GatewayPod(new PodName("sekisho-system", name), ips(addresses)));
        return this;
    }

    TestView policyMode(String namespace, PolicyMode mode) {
        policyModes.put(namespace, mode);
        return this;
    }

    public ClusterView build() {
        return new ClusterView(
                namespaces, policyModes, pods, services, slices, exports, policies, peers, imports, gateways);
    }
}
