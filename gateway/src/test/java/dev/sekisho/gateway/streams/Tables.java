package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.Export;
import dev.sekisho.gateway.routes.RouteTable.Import;
import dev.sekisho.gateway.routes.RouteTable.Listener;
import dev.sekisho.gateway.routes.RouteTable.Peer;
import dev.sekisho.gateway.routes.RouteTable.SessionAffinity;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.call.Candidate;
import dev.sekisho.policy.call.Occupant;
import dev.sekisho.policy.call.Offer;
import dev.sekisho.policy.call.RemoteOffer;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.NamespaceIngress;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.policy.published.RemoteIngress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Builds the route tables of one cluster by hand, each with a higher version than the one before. One service,
/// `shop/db` on TCP port 6379, unless a test says more.
final class Tables {
    static final ServiceName DB = new ServiceName("shop", "db");
    static final PortKey REDIS = new PortKey(Transport.TCP, 6379);
    static final PortKey DATAGRAMS = new PortKey(Transport.UDP, 6379);

    private final ClusterName cluster;
    private final Map<ServiceName, Import> imports = new LinkedHashMap<>();
    private final Map<ServiceName, Export> exports = new LinkedHashMap<>();
    private final Map<ClusterName, Peer> peers = new LinkedHashMap<>();
    private final Map<PodName, Endpoint.Pod> pods = new LinkedHashMap<>();
    private final Map<InetAddress, Endpoint.Pod> callers = new LinkedHashMap<>();
    private List<Policy> policies = List.of();
    private PolicyMode policyMode = PolicyMode.ENFORCE;
    private Optional<RemoteIngress> published = Optional.empty();
    private SessionAffinity affinity = SessionAffinity.NONE;
    private PortKey port = REDIS;
    private long version;

    Tables(String cluster) {
        this.cluster = new ClusterName(cluster);
    }

    /// The port that is imported and exported from now on.
    Tables port(PortKey other) {
        port = other;
        return this;
    }

    /// Of what is imported and exported from now on.
    Tables affinity(SessionAffinity kept) {
        affinity = kept;
        return this;
    }

    Tables policyMode(PolicyMode mode) {
        policyMode = mode;
        return this;
    }

    RouteTable next() {
        return new RouteTable(
                ++version,
                cluster,
                new ClusterSetName("demo"),
                imports,
                exports,
                peers,
                pods,
                callers,
                new PolicySet(new PolicyScope(cluster, Map.of(), policyMode, Map.of()), policies));
    }

    /// @param address loopback; also who a connection from there is
    Tables pod(String namespace, String name, Map<String, String> labels, String address) {
        var ip = Loopback.address(address);
        var pod = new Endpoint.Pod(
                cluster,
                new PodName(namespace, name),
                labels,
                Map.of("kubernetes.io/metadata.name", namespace),
                "default",
                Optional.of(ip),
                List.of());
        pods.put(pod.name(), pod);
        callers.put(ip, pod);
        return this;
    }

    Tables peer(TestClusters clusters, String name, InetSocketAddress endpoint) {
        var peer = new ClusterName(name);
        peers.put(
                peer,
                new Peer(
                        peer,
                        Optional.of(new HostPort(endpoint.getHostString(), endpoint.getPort())),
                        clusters.cluster(name).bundle().pem()));
        return this;
    }

    Tables withoutPeer(String name) {
        peers.remove(new ClusterName(name));
        return this;
    }

    /// By these policies of tokyo callers of the service are refused early; of what is imported from now on.
    Tables published(PolicyMode mode, Policy... all) {
        var tokyo = new PolicyScope(new ClusterName("tokyo"), Map.of(), mode, Map.of());
        var labels = Map.of("kubernetes.io/metadata.name", DB.namespace());
        published = NamespaceIngress.of(tokyo, DB.namespace(), labels, List.of(all))
                .publish(List.of(new PublishedIngress.Subject(Map.of("role", "db"), List.of())))
                .map(RemoteIngress::of);
        return this;
    }

    /// The service is imported, listening on any free port.
    Tables imports(String... sources) {
        return imports(Readiness.READY, sources);
    }

    Tables imports(Readiness readiness, String... sources) {
        var all = new ArrayList<RemoteOffer>();
        for (var source : sources) {
            all.add(new RemoteOffer(
                    new ClusterName(source),
                    DB,
                    Map.of(port, List.of(new TargetPort(port.number(), ""))),
                    readiness,
                    Map.of("role", "db"),
                    Map.of("kubernetes.io/metadata.name", DB.namespace()),
                    published));
        }
        return imports(List.of(new Listener(Loopback.address("127.0.0.1"), 0, port)), all);
    }

    Tables imports(List<Listener> listeners, List<RemoteOffer> sources) {
        imports.put(
                DB, new Import(DB, false, affinity, List.of(servicePort()), List.of(), sources, listeners, List.of()));
        return this;
    }

    Tables withoutImports() {
        imports.clear();
        return this;
    }

    /// The service is exported with these backends, each a pod with the label role=db.
    Tables exports(InetSocketAddress... backends) {
        return exports(List.of(), List.of(backends));
    }

    /// @param terminating those that are on their way out and still serve
    Tables exports(List<InetSocketAddress> terminating, List<InetSocketAddress> ready) {
        var all = new ArrayList<Candidate>();
        for (var backend : Stream.concat(terminating.stream(), ready.stream()).toList()) {
            var name = "db-" + all.size();
            pod(DB.namespace(), name, Map.of("role", "db"), "127.1.0." + (all.size() + 1));
            all.add(new Candidate(
                    new Occupant.Pod(Objects.requireNonNull(pods.get(new PodName(DB.namespace(), name)))),
                    backend.getAddress(),
                    Readiness.of(!terminating.contains(backend), true),
                    Map.of(port, backend.getPort())));
        }
        exports.put(DB, new Export(DB, affinity, new Offer(List.of(servicePort()), all)));
        return this;
    }

    Tables withoutExports() {
        exports.clear();
        return this;
    }

    Tables policies(Policy... all) {
        policies = List.of(all);
        return this;
    }

    private ServicePort servicePort() {
        return new ServicePort("redis", port.transport(), port.number(), Optional.empty());
    }
}
