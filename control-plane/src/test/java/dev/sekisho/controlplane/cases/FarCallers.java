package dev.sekisho.controlplane.cases;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.cases.CaseStep.CasePod;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A step of a case as it looks when all its callers are of another cluster, `osaka`, and what may be asked then: every
/// caller, every pod, and every port at which a rule may begin or end.
///
/// @param callers the case's pods, and those at addresses in its blocks and their holes, and outside
record FarCallers(PolicyScope scope, List<Policy> policies, List<Endpoint.Pod> callers, List<Endpoint.Pod> pods) {
    private static final ClusterName OSAKA = new ClusterName("osaka");
    private static final LabelSelector WEST = new LabelSelector(Map.of("region", "west"), List.of());
    private static final Requirement ANY_CLUSTER = new Requirement(PolicySet.CLUSTER_LABEL, Operator.EXISTS, List.of());

    private static final InetAddress OUTSIDE = InetAddresses.forString("203.0.113.254");

    FarCallers {
        policies = List.copyOf(policies);
        callers = List.copyOf(callers);
        pods = List.copyOf(pods);
    }

    /// How peers are written anew, so that they reach other clusters.
    enum Rewriting {
        /// They reach only those that they reached before.
        NONE,
        /// By a namespace selector, as in a NetworkPolicy.
        BY_NAMESPACE,
        /// By a clusterSelector, as in a ClusterSetNetworkPolicy.
        BY_CLUSTER,
        /// Every second one, so that rules are about both.
        EVERY_SECOND;

        private List<PeerSelector> of(List<PeerSelector> peers, String namespace, int rule) {
            IntPredicate chosen = i -> this != EVERY_SECOND || (rule + i) % 2 == 0;
            return IntStream.range(0, peers.size())
                    .mapToObj(i -> chosen.test(i) ? of(peers.get(i), namespace) : peers.get(i))
                    .toList();
        }

        private PeerSelector of(PeerSelector peer, String namespace) {
            return switch (peer) {
                case PeerSelector.Pods pods ->
                    switch (this) {
                        case NONE -> pods;
                        case BY_NAMESPACE ->
                            new PeerSelector.Pods(
                                    pods.clusters(),
                                    Optional.of(anyCluster(pods.namespaces().orElseGet(() -> named(namespace)))),
                                    pods.pods(),
                                    pods.serviceAccounts());
                        case BY_CLUSTER, EVERY_SECOND ->
                            new PeerSelector.Pods(
                                    Optional.of(WEST), pods.namespaces(), pods.pods(), pods.serviceAccounts());
                    };
                case PeerSelector.Block block ->
                    this == NONE || this == BY_NAMESPACE
                            ? block
                            : new PeerSelector.Block(
                                    block.cidr(), block.except(), Optional.of(LabelSelector.EVERYTHING));
                case PeerSelector.Unjudged unjudged -> unjudged;
            };
        }

        private Policy of(Policy policy) {
            return switch (policy) {
                case NamespacedPolicy namespaced -> {
                    var name = namespaced.name();
                    var rules = new ArrayList<Rule>();
                    for (var rule : namespaced.ingress()) {
                        rules.add(new Rule(of(rule.peers(), name.namespace(), rules.size()), rule.ports()));
                    }
                    yield new NamespacedPolicy(
                            this == NONE || this == BY_NAMESPACE
                                    ? name
                                    : new PolicyName(
                                            PolicyKind.CLUSTER_SET_NETWORK_POLICY, name.namespace(), name.toString()),
                            namespaced.subject(),
                            namespaced.isolates(),
                            rules,
                            namespaced.egress());
                }
                case ClusterPolicy cluster -> {
                    var rules = new ArrayList<TierRule>();
                    for (var rule : cluster.ingress()) {
                        rules.add(new TierRule(
                                rule.name(), rule.action(), of(rule.peers(), "", rules.size()), rule.ports()));
                    }
                    yield new ClusterPolicy(
                            cluster.name(),
                            cluster.tier(),
                            cluster.priority(),
                            cluster.subject(),
                            rules,
                            cluster.egress());
                }
            };
        }

        private static LabelSelector anyCluster(LabelSelector namespaces) {
            return new LabelSelector(
                    namespaces.matchLabels(),
                    Stream.concat(namespaces.matchExpressions().stream(), Stream.of(ANY_CLUSTER))
                            .toList());
        }

        private static LabelSelector named(String namespace) {
            return new LabelSelector(Map.of("kubernetes.io/metadata.name", namespace), List.of());
        }
    }

    static FarCallers of(CaseStep step, Rewriting rewriting) {
        var members = new HashMap<>(step.scope().memberLabels());
        members.put(OSAKA, Map.of("region", "west", "zone", "a"));
        var policies = step.policies().stream().map(rewriting::of).toList();
        return new FarCallers(
                new PolicyScope(
                        step.scope().cluster(),
                        members,
                        step.scope().mode(),
                        step.scope().namespaceModes()),
                policies,
                callers(step, policies),
                step.pods().stream()
                        .map(CasePod::endpoint)
                        .filter(Endpoint.Pod.class::isInstance)
                        .map(Endpoint.Pod.class::cast)
                        .filter(pod -> pod.cluster().equals(step.scope().cluster()))
                        .toList());
    }

    private static List<Endpoint.Pod> callers(CaseStep step, List<Policy> policies) {
        var callers = new LinkedHashSet<Endpoint.Pod>();
        var addresses = new LinkedHashSet<>(List.of(OUTSIDE));
        for (var pod : step.pods()) {
            switch (pod.endpoint()) {
                case Endpoint.Pod known ->
                    callers.add(new Endpoint.Pod(
                            OSAKA,
                            known.name(),
                            known.labels(),
                            known.namespaceLabels(),
                            known.serviceAccount(),
                            known.address(),
                            known.ports()));
                case Endpoint.Address outside -> addresses.add(outside.address());
                case Endpoint.RemoteService service -> throw new AssertionError(service);
            }
        }
        policies.stream().flatMap(FarCallers::ingressPeers).forEach(peer -> {
            if (peer instanceof PeerSelector.Block block) {
                addresses.add(block.cidr().address());
                block.except().forEach(hole -> addresses.add(hole.address()));
            }
        });
        addresses.forEach(address -> callers.add(new Endpoint.Pod(
                OSAKA, new PodName("outside", "any"), Map.of(), Map.of(), "", Optional.of(address), List.of())));
        return List.copyOf(callers);
    }

    private static Stream<PeerSelector> ingressPeers(Policy policy) {
        return switch (policy) {
            case NamespacedPolicy namespaced -> namespaced.ingress().stream().flatMap(rule -> rule.peers().stream());
            case ClusterPolicy cluster -> cluster.ingress().stream().flatMap(rule -> rule.peers().stream());
        };
    }

    private static Stream<PortSelector> ingressPorts(Policy policy) {
        return switch (policy) {
            case NamespacedPolicy namespaced -> namespaced.ingress().stream().flatMap(rule -> rule.ports().stream());
            case ClusterPolicy cluster -> cluster.ingress().stream().flatMap(rule -> rule.ports().stream());
        };
    }

    /// Between two of them no verdict changes.
    Collection<Integer> ports() {
        var ports = new TreeSet<>(Set.of(80));
        policies.stream().flatMap(FarCallers::ingressPorts).forEach(port -> {
            if (port instanceof PortSelector.PortRange range) {
                ports.addAll(List.of(range.first() - 1, range.first(), range.last(), range.last() + 1));
            }
        });
        pods.forEach(pod -> pod.ports().forEach(port -> ports.add(port.number())));
        ports.removeIf(port -> port < 1 || port > 65_535);
        return ports;
    }

    Collection<Transport> transports() {
        return List.of(Transport.values());
    }
}
