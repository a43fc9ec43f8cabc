package dev.sekisho.controlplane.kubernetes;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.GatewayPod;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicy;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kubernetes.WatchedKinds.SeenNamespace;
import dev.sekisho.controlplane.kubernetes.WatchedKinds.SeenService;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.Node;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Everything that is watched of the cluster, and the view of it. Only the part of a view whose source has changed is
/// put together anew, of records that are the same as before where their object is.
public final class WatchedCluster implements SeenObjects {
    final Watched<Namespace, SeenNamespace> namespaces;
    final Watched<Pod, ClusterView.Pod> pods;
    final Watched<Service, SeenService> services;
    final Watched<EndpointSlice, ClusterView.EndpointSlice> endpointSlices;
    final Watched<NetworkPolicy, Policy> networkPolicies;
    final Watched<ClusterSetNetworkPolicy, Policy> clusterSetPolicies;
    final Watched<ClusterNetworkPolicy, Policy> clusterPolicies;
    final Watched<io.fabric8.kubernetes.api.model.Node, Node> nodes;
    final Watched<ServiceExport, ClusterView.ServiceExport> serviceExports;
    final Watched<Peer, ClusterView.Peer> peers;
    final Watched<Pod, GatewayPod> gatewayPods;

    private final Runnable bell;
    private final List<Watched<?, ?>> all = new ArrayList<>();
    private Optional<ClusterView> current = Optional.empty();

    /// @param bell rung after something changed; must not block
    public WatchedCluster(Runnable bell) {
        this.bell = bell;
        namespaces = watched(WatchedKinds.NAMESPACES);
        pods = watched(WatchedKinds.pods());
        services = watched(WatchedKinds.SERVICES);
        endpointSlices = watched(WatchedKinds.ENDPOINT_SLICES);
        networkPolicies = watched(WatchedKinds.NETWORK_POLICIES);
        clusterSetPolicies = watched(WatchedKinds.CLUSTER_SET_POLICIES);
        clusterPolicies = watched(WatchedKinds.CLUSTER_POLICIES);
        nodes = watched(WatchedKinds.NODES);
        serviceExports = watched(WatchedKinds.SERVICE_EXPORTS);
        watched(WatchedKinds.SERVICE_IMPORTS);
        peers = watched(WatchedKinds.PEERS);
        gatewayPods = watched(WatchedKinds.GATEWAY_PODS);
    }

    private <T extends HasMetadata, V> Watched<T, V> watched(WatchedKind<T, V> kind) {
        var watched = new Watched<>(kind, bell);
        all.add(watched);
        return watched;
    }

    /// Each kind, to be filled by whoever watches.
    List<Watched<?, ?>> all() {
        return Collections.unmodifiableList(all);
    }

    /// The classes of all objects that are watched.
    static Set<Class<? extends HasMetadata>> types() {
        return new WatchedCluster(() -> {})
                .all.stream().map(each -> each.kind().type()).collect(toUnmodifiableSet());
    }

    /// What is missing until everything has been read once, in words for an operator.
    List<String> waitingFor() {
        return all.stream().flatMap(each -> each.waitingFor().stream()).toList();
    }

    /// Whether an object that we write to has changed since this was last asked, but for our own [#wrote].
    boolean takeObjectsChanged() {
        // Each is asked, so no short cut.
        return all.stream().filter(Watched::takeObjectsChanged).count() > 0;
    }

    /// The view, when it is another one than the last time; empty as long as something has not been read. One thread.
    Optional<ClusterView> takeView() {
        if (!all.stream().allMatch(Watched::isSynced)) {
            return Optional.empty();
        }
        var changed = all.stream().filter(Watched::takeValuesChanged).collect(toUnmodifiableSet());
        if (changed.isEmpty() && current.isPresent()) {
            return Optional.empty();
        }
        var parts = new Parts(changed, current);
        current = Optional.of(new ClusterView(
                parts.of(namespaces, ClusterView::namespaces, WatchedCluster::labels),
                parts.of(namespaces, ClusterView::policyModes, WatchedCluster::policyModes),
                parts.of(pods, ClusterView::pods, kept -> byKey(kept, ClusterView.Pod::name)),
                parts.of(services, ClusterView::services, WatchedCluster::usersServices),
                parts.of(endpointSlices, ClusterView::endpointSlices, this::slicesByService),
                parts.of(serviceExports, ClusterView::exports, kept -> byKey(kept, ClusterView.ServiceExport::name)),
                policies(parts),
                parts.of(peers, ClusterView::peers, kept -> byKey(kept, ClusterView.Peer::name)),
                parts.of(services, ClusterView::imports, WatchedCluster::writtenImports),
                parts.of(gatewayPods, ClusterView::gateways, WatchedCluster::gateways)));
        return current;
    }

    /// The parts of a new view.
    private record Parts(Set<Watched<?, ?>> changed, Optional<ClusterView> before) {
        <V, P> P of(Watched<?, V> source, Function<ClusterView, P> ofView, Function<Stream<V>, P> assemble) {
            return before.filter(_ -> !changed.contains(source))
                    .map(ofView)
                    .orElseGet(() -> assemble.apply(source.kept()));
        }
    }

    private static Map<String, Map<String, String>> labels(Stream<SeenNamespace> all) {
        return all.collect(toUnmodifiableMap(SeenNamespace::name, SeenNamespace::labels));
    }

    private static Map<String, PolicyMode> policyModes(Stream<SeenNamespace> all) {
        return all.filter(namespace -> namespace.policyMode().isPresent())
                .collect(toUnmodifiableMap(
                        SeenNamespace::name, namespace -> namespace.policyMode().orElseThrow()));
    }

    private static <K, V> Map<K, V> byKey(Stream<V> all, Function<V, K> key) {
        return all.collect(toUnmodifiableMap(key, identity()));
    }

    private static Map<ServiceName, ClusterView.Service> usersServices(Stream<SeenService> all) {
        return byKey(
                all.filter(SeenService.OfUser.class::isInstance).map(each -> ((SeenService.OfUser) each).service()),
                ClusterView.Service::name);
    }

    private static Map<ServiceName, WrittenImport> writtenImports(Stream<SeenService> all) {
        return byKey(
                all.filter(SeenService.OfImport.class::isInstance).map(each -> ((SeenService.OfImport) each).written()),
                WrittenImport::name);
    }

    private Map<ServiceName, List<ClusterView.EndpointSlice>> slicesByService(Stream<ClusterView.EndpointSlice> all) {
        var before = current.map(ClusterView::endpointSlices).orElse(Map.of());
        var grouped = all.collect(groupingBy(ClusterView.EndpointSlice::service));
        grouped.replaceAll((service, slices) -> {
            var same = before.getOrDefault(service, List.of());
            return same.equals(slices) ? same : List.copyOf(slices);
        });
        return Map.copyOf(grouped);
    }

    private List<Policy> policies(Parts parts) {
        var sources = List.of(networkPolicies, clusterSetPolicies, clusterPolicies);
        return parts.before()
                .filter(_ -> Stream.concat(sources.stream(), Stream.of(nodes)).noneMatch(parts.changed()::contains))
                .map(ClusterView::policies)
                .orElseGet(() -> Node.addressed(
                        sources.stream()
                                .flatMap(Watched::kept)
                                .sorted(Comparator.comparing(Policy::name))
                                .toList(),
                        nodes.kept().toList()));
    }

    private static List<GatewayPod> gateways(Stream<GatewayPod> all) {
        return all.sorted(Comparator.comparing(GatewayPod::name)).toList();
    }

    @Override
    public <T extends HasMetadata> Stream<T> ours(Class<T> kind) {
        // Gateway pods are a part of the pods, and nothing of either is ours to write.
        return all.stream()
                .filter(each -> each.kind().type() == kind)
                .flatMap(Watched::objects)
                .map(kind::cast)
                .filter(object -> OwnObjects.isOurs(object.getMetadata()));
    }

    @Override
    public Stream<PassedOver> passedOver() {
        return all.stream().flatMap(Watched::passedOver);
    }

    @Override
    public Optional<ServiceExport> export(ServiceName name) {
        return serviceExports.object(name.toString());
    }

    @Override
    public Optional<Peer> peer(ClusterName name) {
        return peers.object(name.value());
    }

    @Override
    public void wrote(HasMetadata answer) {
        all.stream().filter(each -> each.kind().type().isInstance(answer)).forEach(each -> each.wrote(answer));
    }
}
