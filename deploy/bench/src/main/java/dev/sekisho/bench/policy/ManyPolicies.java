package dev.sekisho.bench.policy;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Policies and callers in the numbers of a very large cluster. Every policy selects every pod of its namespace, which
/// is the worst there is: nothing can be left out but by its rules.
public final class ManyPolicies {
    static final ClusterName CLUSTER = new ClusterName("tokyo");
    private static final int RULES = 10;

    private ManyPolicies() {}

    /// What the peers of rules are like.
    public enum Peers {
        /// Each asks for one label value.
        LABELS,
        /// Of ten one asks for an address block, one for the absence of a label, and one for callers of another
        /// cluster.
        MIXED,
        /// Each asks for the absence of label values, no two for the same.
        ABSENCES,
        /// Each asks for one service account.
        ACCOUNTS
    }

    /// @param namespaces over which they are spread
    static List<Policy> policies(int count, int namespaces, Peers peers) {
        return IntStream.range(0, count)
                .<Policy>mapToObj(i -> policy(i, "ns-" + i % namespaces, peers, 80))
                .toList();
    }

    static NamespacedPolicy policy(int number, String namespace, Peers peers, int port) {
        var rules = new ArrayList<Rule>();
        for (var rule = 0; rule < RULES; rule++) {
            rules.add(new Rule(
                    List.of(peer(number * RULES + rule, rule, peers)),
                    List.of(new PortSelector.PortRange(Transport.TCP, port, port + rule))));
        }
        return new NamespacedPolicy(
                new PolicyName(namespace, "policy-" + number),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                rules,
                List.of());
    }

    private static PeerSelector peer(int number, int rule, Peers peers) {
        if (peers == Peers.ABSENCES) {
            return new PeerSelector.Pods(
                    Optional.empty(),
                    Optional.of(new LabelSelector(
                            Map.of(),
                            List.of(new Requirement("app", Operator.NOT_IN, List.of("app-" + number, "frontend"))))));
        }
        if (peers == Peers.ACCOUNTS) {
            return new PeerSelector.Pods(
                    Optional.empty(), Optional.empty(), Optional.empty(), Set.of("account-" + number));
        }
        var app = new LabelSelector(Map.of("app", "app-" + number), List.of());
        if (peers == Peers.MIXED && rule == 7) {
            return new PeerSelector.Block(
                    Cidr.parse("10." + (number >> 8 & 0xff) + "." + (number & 0xff) + ".0/24"), List.of());
        }
        if (peers == Peers.MIXED && rule == 8) {
            return new PeerSelector.Pods(
                    Optional.empty(),
                    Optional.of(new LabelSelector(
                            Map.of(), List.of(new Requirement("app", Operator.NOT_IN, List.of("none", "frontend"))))));
        }
        if (peers == Peers.MIXED && rule == 9) {
            return new PeerSelector.Pods(
                    Optional.of(new LabelSelector(Map.of("sekisho.dev/cluster", "osaka"), List.of())),
                    Optional.of(app));
        }
        return new PeerSelector.Pods(Optional.empty(), Optional.of(app));
    }

    /// The pod that is called.
    static Endpoint.Pod server() {
        return pod(0, "ns-0", Map.of("app", "server"));
    }

    /// A caller that no rule allows, so that none is left out.
    static Endpoint.Pod caller(int number) {
        return pod(number, "ns-0", Map.of("app", "frontend", "instance", "frontend-" + number, "tier", "web"));
    }

    private static Endpoint.Pod pod(int number, String namespace, Map<String, String> labels) {
        var address = "172." + (16 + (number >> 16 & 0xf)) + "." + (number >> 8 & 0xff) + "." + (number & 0xff);
        return new Endpoint.Pod(
                CLUSTER,
                new PodName(namespace, "pod-" + number),
                labels,
                Map.of("kubernetes.io/metadata.name", namespace, "team", "shop"),
                "default",
                Optional.of(InetAddresses.forString(address)),
                List.of(new Endpoint.ContainerPort("web", Transport.TCP, 80)));
    }
}
