package dev.sekisho.gateway.routes;

import com.google.common.net.InetAddresses;
import dev.sekisho.feed.v1.ClusterRoute;
import dev.sekisho.feed.v1.ExportRoute;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.feed.v1.Listener;
import dev.sekisho.feed.v1.NamespaceRoute;
import dev.sekisho.feed.v1.PeerRoute;
import dev.sekisho.feed.v1.PodRoute;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.ServicePort;
import dev.sekisho.feed.v1.TargetPort;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.codec.PolicyCodec;
import dev.sekisho.policy.v1.Protocol;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Resources of a small cluster `osaka` of the clusterset `demo`, as its control plane would send them.
public final class Resources {
    private Resources() {}

    /// Cluster, namespace shop, and whatever `more` there is.
    public static List<Resource> osaka(Resource... more) {
        return Stream.concat(
                        Stream.of(cluster("osaka"), namespace("shop", Map.of("team", "shop"))), Arrays.stream(more))
                .toList();
    }

    public static Resource cluster(String name) {
        return Resource.newBuilder()
                .setKey("cluster")
                .setCluster(ClusterRoute.newBuilder().setCluster(name).setClusterSet("demo"))
                .build();
    }

    public static Resource namespace(String name, Map<String, String> labels) {
        return Resource.newBuilder()
                .setKey("namespace/" + name)
                .setNamespace(NamespaceRoute.newBuilder().setName(name).putAllLabels(labels))
                .build();
    }

    public static Resource pod(String name, String... addresses) {
        return Resource.newBuilder()
                .setKey("pod/shop/" + name)
                .setPod(PodRoute.newBuilder()
                        .setNamespace("shop")
                        .setName(name)
                        .addAllAddresses(List.of(addresses))
                        .putLabels("app", name))
                .build();
    }

    /// A ClusterSetIP import with one port `redis` 6379/TCP, exported by tokyo.
    public static Resource imported(String service, String... ips) {
        return Resource.newBuilder()
                .setKey("import/shop/" + service)
                .setImportRoute(clusterSetIp(service, ips))
                .build();
    }

    public static ImportRoute.Builder clusterSetIp(String service, String... ips) {
        var route = ImportRoute.newBuilder()
                .setNamespace("shop")
                .setName(service)
                .addPorts(port("redis", 6379))
                .addAllIps(List.of(ips))
                .addSources(ImportRoute.Source.newBuilder()
                        .setCluster("tokyo")
                        .setReady(true)
                        .addPorts(ImportRoute.ExposedPort.newBuilder()
                                .setProtocol(Protocol.PROTOCOL_TCP)
                                .setPort(6379)
                                .addTargets(TargetPort.newBuilder()
                                        .setNumber(16379)
                                        .setName("admin")
                                        .addOtherNames("redis"))));
        for (var ip : ips) {
            route.addListeners(Listener.newBuilder()
                    .setAddress(ip)
                    .setListenPort(6379)
                    .setProtocol(Protocol.PROTOCOL_TCP)
                    .setServicePort(6379));
        }
        return route;
    }

    public static ServicePort port(String name, int number) {
        return ServicePort.newBuilder()
                .setName(name)
                .setProtocol(Protocol.PROTOCOL_TCP)
                .setPort(number)
                .build();
    }

    /// An export whose one backend is `pod`, or no pod when that is empty.
    public static Resource exported(String service, String pod, String address) {
        return Resource.newBuilder()
                .setKey("export/shop/" + service)
                .setExportRoute(ExportRoute.newBuilder()
                        .setNamespace("shop")
                        .setName(service)
                        .addPorts(port("redis", 6379))
                        .addBackends(ExportRoute.Backend.newBuilder()
                                .setPod(pod)
                                .setAddress(address)
                                .setReady(true)
                                .addPorts(ExportRoute.BackendPort.newBuilder()
                                        .setProtocol(Protocol.PROTOCOL_TCP)
                                        .setServicePort(6379)
                                        .setTargetPort(16379))))
                .build();
    }

    public static Resource peer(String name, String endpoint, String caBundle) {
        return Resource.newBuilder()
                .setKey("peer/" + name)
                .setPeer(PeerRoute.newBuilder()
                        .setCluster(name)
                        .setEndpoint(endpoint)
                        .setCaBundle(caBundle))
                .build();
    }

    /// Isolates every pod of namespace shop for ingress and allows nothing.
    public static Resource denyAll(String name) {
        var policy = new NamespacedPolicy(
                new PolicyName("shop", name),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(),
                List.of());
        return Resource.newBuilder()
                .setKey("policy/shop/" + name)
                .setPolicy(PolicyCodec.toWire(policy))
                .build();
    }

    public static InetAddress address(String text) {
        return InetAddresses.forString(text);
    }

    /// What `map` holds for `key`, which must be there.
    public static <K, V> V entry(Map<K, V> map, K key) {
        return Optional.ofNullable(map.get(key)).orElseThrow(() -> new AssertionError("no " + key + " in " + map));
    }

    /// The table these resources make.
    public static RouteTable table(long version, List<Resource> resources) {
        try {
            return RouteResources.NONE.with(resources, List.of()).join(version).table();
        } catch (UnreadableRoutesException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
