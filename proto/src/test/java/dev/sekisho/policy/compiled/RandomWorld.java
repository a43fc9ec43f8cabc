package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/// Three clusters whose namespaces, pods, labels and addresses are alike, and policies of every kind in the first of
/// them. The vocabulary is small, so that policies and pods often meet.
public final class RandomWorld {
    public static final ClusterName LOCAL = new ClusterName("tokyo");
    private static final List<ClusterName> CLUSTERS =
            List.of(LOCAL, new ClusterName("osaka"), new ClusterName("nagoya"));
    private static final List<String> NAMESPACES = List.of("x", "y");
    private static final List<String> KEYS = List.of("role", "tier");
    private static final List<String> VALUES = List.of("a", "b");
    private static final List<String> ACCOUNTS = List.of("default", "web");
    private static final List<String> PORT_NAMES = List.of("web", "alt");
    private static final List<String> BLOCKS =
            List.of("10.0.0.0/28", "10.0.0.9/29", "0.0.0.0/0", "10.0.0.3/32", "fd00::/124", "::/0");
    public static final List<Integer> PORTS = List.of(79, 80, 81, 82, 443);

    private final Random random;
    private int named;

    public RandomWorld(long seed) {
        random = new Random(seed);
    }

    public PolicyScope scope() {
        var members = new HashMap<ClusterName, Map<String, String>>();
        members.put(LOCAL, labels());
        // Of one cluster nobody has said anything.
        members.put(CLUSTERS.get(1), labels());
        var modes = new HashMap<String, PolicyMode>();
        if (random.nextInt(8) == 0) {
            modes.put(one(NAMESPACES), one(List.of(PolicyMode.values())));
        }
        return new PolicyScope(LOCAL, members, random.nextInt(8) == 0 ? PolicyMode.AUDIT : PolicyMode.ENFORCE, modes);
    }

    public List<Policy> policies() {
        var policies = new ArrayList<Policy>(listOf(5, this::namespaced));
        policies.addAll(listOf(3, this::clusterPolicy));
        Collections.shuffle(policies, random);
        return policies;
    }

    NamespacedPolicy namespaced() {
        var kind = random.nextBoolean() ? PolicyKind.NETWORK_POLICY : PolicyKind.CLUSTER_SET_NETWORK_POLICY;
        var isolates =
                random.nextInt(3) == 0 ? EnumSet.allOf(Direction.class) : EnumSet.of(one(List.of(Direction.values())));
        Supplier<Rule> rule = () ->
                new Rule(listOf(2, () -> peer(kind == PolicyKind.CLUSTER_SET_NETWORK_POLICY)), listOf(2, this::port));
        return new NamespacedPolicy(
                new PolicyName(kind, one(NAMESPACES), "p" + named++),
                selector(KEYS),
                isolates,
                listOf(2, rule),
                listOf(2, rule));
    }

    private ClusterPolicy clusterPolicy() {
        return new ClusterPolicy(
                ClusterPolicy.name("c" + named++),
                one(List.of(Tier.values())),
                // Few, so that there are ties.
                random.nextInt(3),
                new ClusterPolicy.Subject(selector(namespaceKeys()), selector(KEYS)),
                listOf(3, this::tierRule),
                listOf(3, this::tierRule));
    }

    private TierRule tierRule() {
        var peers = new ArrayList<>(listOf(1, () -> peer(false)));
        peers.add(random.nextInt(20) == 0 ? new PeerSelector.Unknown("new") : peer(false));
        return new TierRule("", one(List.of(Action.values())), peers, listOf(2, this::port));
    }

    /// @param extended whether it may name clusters and service accounts
    private PeerSelector peer(boolean extended) {
        Optional<LabelSelector> clusters = extended && random.nextBoolean()
                ? Optional.of(selector(List.of("role", PolicySet.CLUSTER_LABEL)))
                : Optional.empty();
        if (random.nextInt(4) == 0) {
            var except = random.nextBoolean() ? List.of(Cidr.parse("10.0.0.4/30")) : List.<Cidr>of();
            return new PeerSelector.Block(Cidr.parse(one(BLOCKS)), except, clusters);
        }
        return new PeerSelector.Pods(
                clusters,
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(selector(namespaceKeys())),
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(selector(KEYS)),
                extended && random.nextInt(3) == 0 ? java.util.Set.of(one(ACCOUNTS)) : java.util.Set.of());
    }

    private static List<String> namespaceKeys() {
        return List.of("role", "tier", PolicySet.CLUSTER_LABEL, "kubernetes.io/metadata.name");
    }

    private LabelSelector selector(List<String> keys) {
        var labels = new HashMap<String, String>();
        if (random.nextInt(3) == 0) {
            var key = one(keys);
            labels.put(key, value(key));
        }
        return new LabelSelector(labels, listOf(1, () -> requirement(one(keys))));
    }

    private Requirement requirement(String key) {
        var operator = one(List.of(Operator.values()));
        var takesValues = operator == Operator.IN || operator == Operator.NOT_IN;
        return new Requirement(key, operator, takesValues ? List.of(value(key), value(key)) : List.of());
    }

    private String value(String key) {
        return switch (key) {
            case PolicySet.CLUSTER_LABEL -> one(CLUSTERS).value();
            case "kubernetes.io/metadata.name" -> one(NAMESPACES);
            default -> one(VALUES);
        };
    }

    private PortSelector port() {
        var transport = one(List.of(Transport.TCP, Transport.TCP, Transport.UDP));
        return switch (random.nextInt(4)) {
            case 0 -> new PortSelector.AllPorts(transport);
            case 1 -> new PortSelector.NamedPort(transport, one(PORT_NAMES));
            case 2 -> new PortSelector.PortRange(transport, 80, 81);
            default -> {
                var port = one(PORTS);
                yield new PortSelector.PortRange(transport, port, port);
            }
        };
    }

    public Endpoint.Pod localPod() {
        return pod(LOCAL);
    }

    /// Mostly a pod of any cluster, sometimes an address that is nobody's.
    public Endpoint other() {
        return random.nextInt(8) == 0 ? new Endpoint.Address(Given.address(address())) : pod(one(CLUSTERS));
    }

    /// With one port, and without an address, which no other cluster knows.
    Endpoint.Pod remotePod() {
        var pod = pod(one(CLUSTERS.subList(1, CLUSTERS.size())));
        return new Endpoint.Pod(
                pod.cluster(),
                pod.name(),
                pod.labels(),
                pod.namespaceLabels(),
                pod.serviceAccount(),
                Optional.empty(),
                List.of(new Endpoint.ContainerPort(one(PORT_NAMES), transport(), one(PORTS))));
    }

    /// One behind which is a pod, among others that share only some of its labels.
    Endpoint.RemoteService serviceOf(Endpoint.Pod pod) {
        var shared = new HashMap<>(pod.labels());
        shared.keySet().removeIf(_ -> random.nextBoolean());
        return new Endpoint.RemoteService(
                pod.cluster(),
                new ServiceName(pod.name().namespace(), "any"),
                shared,
                pod.namespaceLabels(),
                pod.ports().stream()
                        .map(port -> new TargetPort(port.number(), port.name()))
                        .toList());
    }

    private Endpoint.Pod pod(ClusterName cluster) {
        var name = new PodName(one(NAMESPACES), "pod-" + named++);
        var namespaceLabels = labels();
        namespaceLabels.put("kubernetes.io/metadata.name", name.namespace());
        if (random.nextInt(6) == 0) {
            // A tenant's lie.
            namespaceLabels.put(PolicySet.CLUSTER_LABEL, one(CLUSTERS).value());
        }
        return new Endpoint.Pod(
                cluster,
                name,
                labels(),
                namespaceLabels,
                one(ACCOUNTS),
                random.nextInt(8) == 0 ? Optional.empty() : Optional.of(Given.address(address())),
                listOf(
                        2,
                        () -> new Endpoint.ContainerPort(
                                one(PORT_NAMES), one(List.of(Transport.TCP, Transport.UDP)), one(PORTS))));
    }

    private String address() {
        return random.nextInt(4) == 0
                ? "fd00::" + Integer.toHexString(random.nextInt(20))
                : "10.0.0." + random.nextInt(20);
    }

    private Map<String, String> labels() {
        var labels = new HashMap<String, String>();
        for (var key : KEYS) {
            if (random.nextInt(3) > 0) {
                labels.put(key, one(VALUES));
            }
        }
        return labels;
    }

    public Transport transport() {
        return one(List.of(Transport.TCP, Transport.TCP, Transport.UDP, Transport.SCTP));
    }

    public <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> List<T> listOf(int most, Supplier<T> item) {
        var size = random.nextInt(most + 1);
        var list = new ArrayList<T>();
        while (list.size() < size) {
            list.add(item.get());
        }
        return list;
    }
}
