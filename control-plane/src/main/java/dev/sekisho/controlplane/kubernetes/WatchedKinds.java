package dev.sekisho.controlplane.kubernetes;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.GatewayPod;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicies;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicies;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicy;
import dev.sekisho.controlplane.kinds.EndpointSlices;
import dev.sekisho.controlplane.kinds.FieldProblem;
import dev.sekisho.controlplane.kinds.Metadata;
import dev.sekisho.controlplane.kinds.Namespaces;
import dev.sekisho.controlplane.kinds.NetworkPolicies;
import dev.sekisho.controlplane.kinds.Nodes;
import dev.sekisho.controlplane.kinds.Origin;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.Peers;
import dev.sekisho.controlplane.kinds.Pods;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceExports;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kinds.Services;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.Node;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpecBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The kinds that are watched, and what is kept of them.
final class WatchedKinds {
    // Only asked for a Service that names no family, and an API server lets none pass.
    private static final List<String> USUAL_FAMILIES = List.of("IPv4", "IPv6");

    static final WatchedKind<Namespace, SeenNamespace> NAMESPACES = new WatchedKind<>(
                    "namespaces", Namespace.class, Namespace::new, of(Namespaces::problems), namespace -> {
                        var name = namespace.getMetadata().getName();
                        var labels = Namespaces.labels(name, OwnObjects.labels(namespace.getMetadata()));
                        return Optional.of(
                                new SeenNamespace(name, Map.copyOf(labels), Namespaces.policyMode(namespace)));
                    })
            .leavingOut(namespace -> Namespaces.leftOut(namespace, Origin.API_SERVER));

    static final WatchedKind<Service, SeenService> SERVICES = new WatchedKind<>(
                    "services", Service.class, Service::new, of(Services::problems), WatchedKinds::service)
            .leavingOut(service -> Services.leftOut(service, Origin.API_SERVER))
            .writtenWith((service, kept) -> kept.setSpec(new ServiceSpecBuilder()
                    .withPorts(service.getSpec().getPorts())
                    .build()));

    static final WatchedKind<EndpointSlice, ClusterView.EndpointSlice> ENDPOINT_SLICES = new WatchedKind<>(
                    "endpointslices",
                    EndpointSlice.class,
                    EndpointSlice::new,
                    of(EndpointSlices::problems),
                    slice -> isOurs(slice) ? Optional.empty() : EndpointSlices.slice(slice, Origin.API_SERVER))
            .leavingOut(slice -> isOurs(slice) ? List.of() : EndpointSlices.leftOut(slice, Origin.API_SERVER));

    static final WatchedKind<NetworkPolicy, Policy> NETWORK_POLICIES = new WatchedKind<NetworkPolicy, Policy>(
                    "networkpolicies",
                    NetworkPolicy.class,
                    NetworkPolicy::new,
                    of(NetworkPolicies::problems),
                    policy -> isPass(policy) ? Optional.empty() : Optional.of(NetworkPolicies.policy(policy)))
            .standingIn(policy -> isPass(policy) ? Optional.empty() : Optional.of(Policy.closed(policyName(policy))));

    static final WatchedKind<ClusterSetNetworkPolicy, Policy> CLUSTER_SET_POLICIES = new WatchedKind<
                    ClusterSetNetworkPolicy, Policy>(
                    "clustersetnetworkpolicies",
                    ClusterSetNetworkPolicy.class,
                    ClusterSetNetworkPolicy::new,
                    of(ClusterSetNetworkPolicies::problems),
                    policy -> Optional.of(ClusterSetNetworkPolicies.policy(policy)))
            .standingIn(policy -> Optional.of(Policy.closed(new PolicyName(
                    PolicyKind.CLUSTER_SET_NETWORK_POLICY,
                    policy.getMetadata().getNamespace(),
                    policy.getMetadata().getName()))))
            .neverWritten()
            .ifThere();

    /// Its definition is the user's to install.
    static final WatchedKind<ClusterNetworkPolicy, Policy> CLUSTER_POLICIES = new WatchedKind<
                    ClusterNetworkPolicy, Policy>(
                    "clusternetworkpolicies",
                    ClusterNetworkPolicy.class,
                    ClusterNetworkPolicy::new,
                    of(ClusterNetworkPolicies::problems),
                    policy -> Optional.of(ClusterNetworkPolicies.policy(policy)))
            .standingIn(policy -> Optional.of(
                    Policy.closed(ClusterPolicy.name(policy.getMetadata().getName()))))
            .neverWritten()
            .ifThere();

    /// One that has problems is read all the same: a rule may deny what leads to it.
    static final WatchedKind<io.fabric8.kubernetes.api.model.Node, Node> NODES = new WatchedKind<>(
            "nodes",
            io.fabric8.kubernetes.api.model.Node.class,
            io.fabric8.kubernetes.api.model.Node::new,
            _ -> List.of(),
            node -> Optional.of(Nodes.node(node)));

    static final WatchedKind<ServiceExport, ClusterView.ServiceExport> SERVICE_EXPORTS = new WatchedKind<>(
                    "serviceexports", ServiceExport.class, ServiceExport::new, of(ServiceExports::problems), export -> {
                        return Optional.of(new ClusterView.ServiceExport(
                                new ServiceName(
                                        export.getMetadata().getNamespace(),
                                        export.getMetadata().getName()),
                                Metadata.createdAt(export.getMetadata()).orElseThrow(),
                                ServiceExports.exportedLabels(export),
                                ServiceExports.exportedAnnotations(export)));
                    })
            .withStatusOfOurs();

    /// Only kept for whoever writes them.
    static final WatchedKind<ServiceImport, Void> SERVICE_IMPORTS = new WatchedKind<>(
                    "serviceimports",
                    ServiceImport.class,
                    ServiceImport::new,
                    _ -> List.of(),
                    _ -> Optional.<Void>empty())
            .withStatusOfOurs();

    static final WatchedKind<Peer, ClusterView.Peer> PEERS = new WatchedKind<>(
                    "peers", Peer.class, Peer::new, of(Peers::problems), peer -> Optional.of(Peers.peer(peer)))
            .withStatusOfOurs();

    /// Those of our own namespace that a selector has picked already.
    static final WatchedKind<Pod, GatewayPod> GATEWAY_PODS = new WatchedKind<>(
                    "gateway pods", Pod.class, Pod::new, of(Pods::problems), WatchedKinds::gatewayPod)
            .ofOurGateways();

    private WatchedKinds() {}

    private static <T> Function<T, List<FieldProblem>> of(BiFunction<T, Origin, List<FieldProblem>> problems) {
        return object -> problems.apply(object, Origin.API_SERVER);
    }

    record SeenNamespace(String name, Map<String, String> labels, Optional<PolicyMode> policyMode) {}

    /// A Service is a user's, or there for an import.
    sealed interface SeenService {
        record OfUser(ClusterView.Service service) implements SeenService {}

        record OfImport(WrittenImport written) implements SeenService {}
    }

    /// Pods of one Deployment have most in common, so what is equal is kept once: a pod takes half the memory then.
    static WatchedKind<Pod, ClusterView.Pod> pods() {
        Interner<Object> interner = Interners.newWeakInterner();
        return new WatchedKind<>(
                "pods", Pod.class, Pod::new, of(Pods::problems), pod -> Optional.of(shared(Pods.pod(pod), interner)));
    }

    private static ClusterView.Pod shared(ClusterView.Pod pod, Interner<Object> interner) {
        return new ClusterView.Pod(
                new PodName(shared(pod.name().namespace(), interner), pod.name().name()),
                shared(pod.labels(), interner),
                shared(pod.serviceAccount(), interner),
                pod.addresses(),
                shared(pod.ports(), interner),
                pod.hostNetwork(),
                shared(pod.node(), interner));
    }

    @SuppressWarnings("unchecked") // what is equal to a T here has its type: strings, and maps and lists of one content
    private static <T> T shared(T value, Interner<Object> interner) {
        return (T) interner.intern(value);
    }

    private static Optional<GatewayPod> gatewayPod(Pod pod) {
        return Pods.isReady(pod) && pod.getMetadata().getDeletionTimestamp() == null
                ? Optional.of(new GatewayPod(Pods.name(pod), Pods.pod(pod).addresses()))
                : Optional.empty();
    }

    private static Optional<SeenService> service(Service service) {
        if (!isOurs(service)) {
            return Optional.of(new SeenService.OfUser(Services.service(service, USUAL_FAMILIES)));
        }
        var name = OwnObjects.labels(service.getMetadata()).get(OwnObjects.IMPORT);
        if (name == null) {
            return Optional.empty();
        }
        var imported = new ServiceName(service.getMetadata().getNamespace(), name);
        return service.getMetadata().getName().equals(DerivedName.of(imported))
                ? Optional.of(new SeenService.OfImport(written(imported, service)))
                : Optional.empty();
    }

    private static WrittenImport written(ServiceName imported, Service derived) {
        var listenPorts = new HashMap<PortKey, Integer>();
        for (var port : derived.getSpec().getPorts()) {
            Optional.ofNullable(port.getTargetPort())
                    .map(target -> target.getIntVal())
                    .ifPresent(listen -> listenPorts.put(
                            new PortKey(Transport.valueOf(port.getProtocol()), port.getPort()), listen));
        }
        return new WrittenImport(
                imported,
                derived.getSpec().getClusterIPs().stream()
                        .filter(ip -> !ip.equals("None"))
                        .map(InetAddresses::forString)
                        .toList(),
                listenPorts);
    }

    private static boolean isOurs(HasMetadata object) {
        return OwnObjects.isOurs(object.getMetadata());
    }

    // Both labels: one of ours that is no pass may well be a user's that somebody labelled so, and stays in force.
    private static boolean isPass(NetworkPolicy policy) {
        return isOurs(policy) && OwnObjects.labels(policy.getMetadata()).containsKey(OwnObjects.GATEWAY_PASS);
    }

    private static PolicyName policyName(NetworkPolicy policy) {
        return new PolicyName(
                policy.getMetadata().getNamespace(), policy.getMetadata().getName());
    }
}
