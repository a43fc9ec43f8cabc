package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
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

/// Policies and pods out of a small vocabulary, so that they often meet: namespaces, labels and addresses are the same
/// in every cluster.
public final class RandomPolicies {
    private static final List<String> NAMESPACES = List.of("x", "y");
    private static final List<String> KEYS = List.of("role", "tier");
    private static final List<String> VALUES = List.of("a", "b", "c");
    private static final List<Integer> PORTS = List.of(80, 81, 443);
    private static final List<String> PORT_NAMES = List.of("web", "alt");

    private final Random random;
    private int named;

    private RandomPolicies(long seed) {
        random = new Random(seed);
    }

    public static RandomPolicies seeded(long seed) {
        return new RandomPolicies(seed);
    }

    List<NamespacedPolicy> policies(int most) {
        return listOf(most, this::policy);
    }

    public NamespacedPolicy policy() {
        var isolates = EnumSet.of(random.nextBoolean() ? Direction.INGRESS : Direction.EGRESS);
        if (random.nextInt(3) == 0) {
            isolates = EnumSet.allOf(Direction.class);
        }
        return new NamespacedPolicy(
                new PolicyName(one(NAMESPACES), "p" + named++),
                selector(List.of()),
                isolates,
                listOf(3, this::rule),
                listOf(3, this::rule));
    }

    private Rule rule() {
        return new Rule(listOf(3, this::peer), listOf(3, this::port));
    }

    private PeerSelector peer() {
        return switch (random.nextInt(4)) {
            case 0 -> new PeerSelector.Block(Cidr.parse("10.0.0.0/28"), List.of(Cidr.parse("10.0.0.4/30")));
            case 1 -> new PeerSelector.Pods(Optional.empty(), Optional.of(selector(List.of())));
            case 2 -> new PeerSelector.Pods(Optional.of(selector(List.of(PolicySet.CLUSTER_LABEL))), Optional.empty());
            default ->
                new PeerSelector.Pods(
                        Optional.of(selector(List.of(PolicySet.CLUSTER_LABEL))), Optional.of(selector(List.of())));
        };
    }

    private LabelSelector selector(List<String> moreKeys) {
        var keys = new ArrayList<>(KEYS);
        keys.addAll(moreKeys);
        var labels = new HashMap<String, String>();
        if (random.nextBoolean()) {
            var key = one(keys);
            labels.put(key, value(key));
        }
        return new LabelSelector(labels, listOf(1, () -> requirement(one(keys))));
    }

    private Requirement requirement(String key) {
        var operator = one(List.of(Operator.values()));
        var values = operator == Operator.IN || operator == Operator.NOT_IN
                ? List.of(value(key), value(key))
                : List.<String>of();
        return new Requirement(key, operator, values);
    }

    private String value(String key) {
        return key.equals(PolicySet.CLUSTER_LABEL) ? one(CLUSTERS).value() : one(VALUES);
    }

    private PortSelector port() {
        var transport = random.nextInt(4) == 0 ? Transport.UDP : Transport.TCP;
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

    static final List<ClusterName> CLUSTERS =
            List.of(new ClusterName("tokyo"), new ClusterName("osaka"), new ClusterName("nagoya"));

    /// A pod that exists with the same name, labels and address in every cluster.
    Endpoint.Pod podOf(ClusterName cluster) {
        var name = new PodName(one(NAMESPACES), "pod-" + named++);
        var namespaceLabels = new HashMap<>(labels());
        namespaceLabels.put("kubernetes.io/metadata.name", name.namespace());
        var web = new Endpoint.ContainerPort("web", Transport.TCP, one(PORTS));
        return new Endpoint.Pod(
                cluster,
                name,
                labels(),
                namespaceLabels,
                "default",
                Optional.of(Given.address("10.0.0." + random.nextInt(20))),
                List.of(web));
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

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    <T> List<T> shuffled(List<T> list) {
        var copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
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
