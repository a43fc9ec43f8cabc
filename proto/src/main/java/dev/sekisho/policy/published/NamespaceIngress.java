package dev.sekisho.policy.published;

import com.google.common.base.Suppliers;
import com.google.common.collect.Maps;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Labels;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.CompiledPolicy;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.PublishedIngress.Subject;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The ingress rules of one namespace as far as they may be about callers of other clusters: what its exports publish.
/// Equal when these are, whatever else its policies say. Immutable; any thread.
///
/// Left out are egress, and peers that can only be pods or addresses of the own cluster. A rule of which no peer is
/// left becomes one for any pod of the own cluster, which no other caller can tell from what it was, and which keeps
/// the positions of the others. What isolates goes on isolating.
public final class NamespaceIngress {
    private static final PeerSelector OWN_PODS =
            new PeerSelector.Pods(Optional.of(LabelSelector.EVERYTHING), Optional.empty());

    private final PolicyScope scope;
    private final String namespace;
    private final Map<String, String> namespaceLabels;
    private final List<Policy> policies;
    private final Supplier<List<CompiledPolicy>> compiled;

    private NamespaceIngress(
            PolicyScope scope, String namespace, Map<String, String> namespaceLabels, List<Policy> policies) {
        this.scope = scope;
        this.namespace = namespace;
        this.namespaceLabels = Labels.of(namespaceLabels);
        this.policies = policies;
        this.compiled = Suppliers.memoize(() -> policies.stream()
                .map(policy -> CompiledPolicy.of(policy, Direction.INGRESS))
                .toList());
    }

    /// @param scope of the own cluster
    /// @param policies of any namespace
    public static NamespaceIngress of(
            PolicyScope scope,
            String namespace,
            Map<String, String> namespaceLabels,
            Collection<? extends Policy> policies) {
        var members = new TreeMap<>(scope.memberLabels());
        members.remove(scope.cluster());
        var here = new PolicyScope(scope.cluster(), members, scope.mode(), Map.of(namespace, scope.modeOf(namespace)));
        return new NamespaceIngress(
                here,
                namespace,
                namespaceLabels,
                policies.stream()
                        .flatMap(policy -> aboutOthers(policy, namespace).stream())
                        .toList());
    }

    private static Optional<Policy> aboutOthers(Policy policy, String namespace) {
        if (!policy.governs(Direction.INGRESS)) {
            return Optional.empty();
        }
        return switch (policy) {
            case NamespacedPolicy namespaced ->
                Optional.<Policy>of(new NamespacedPolicy(
                                namespaced.name(),
                                namespaced.subject(),
                                Set.of(Direction.INGRESS),
                                namespaced.ingress().stream()
                                        .map(NamespaceIngress::aboutOthers)
                                        .toList(),
                                List.of()))
                        .filter(_ -> namespaced.name().namespace().equals(namespace));
            case ClusterPolicy cluster ->
                Optional.<Policy>of(new ClusterPolicy(
                                cluster.name(),
                                cluster.tier(),
                                cluster.priority(),
                                cluster.subject(),
                                cluster.ingress().stream()
                                        .map(NamespaceIngress::aboutOthers)
                                        .toList(),
                                List.of()))
                        .filter(_ -> cluster.ingress().stream()
                                .flatMap(rule -> rule.peers().stream())
                                .anyMatch(NamespaceIngress::mayBeElsewhere));
        };
    }

    private static Rule aboutOthers(Rule rule) {
        var peers = elsewhere(rule.peers());
        return peers.isEmpty() && !rule.peers().isEmpty()
                ? new Rule(List.of(OWN_PODS), List.of())
                : new Rule(peers, rule.ports());
    }

    private static TierRule aboutOthers(TierRule rule) {
        var peers = elsewhere(rule.peers());
        return peers.isEmpty()
                ? new TierRule("", rule.action(), List.of(OWN_PODS), List.of())
                : new TierRule(rule.name(), rule.action(), peers, rule.ports());
    }

    private static List<PeerSelector> elsewhere(List<PeerSelector> peers) {
        return peers.stream().filter(NamespaceIngress::mayBeElsewhere).toList();
    }

    private static boolean mayBeElsewhere(PeerSelector peer) {
        return switch (peer) {
            case PeerSelector.Pods pods ->
                pods.clusters().isPresent()
                        || pods.namespaces()
                                .filter(selector -> selector.keys().contains(PolicySet.CLUSTER_LABEL))
                                .isPresent();
            case PeerSelector.Block block -> block.clusters().isPresent();
            case PeerSelector.Unjudged _ -> true; // fails closed there as here
        };
    }

    /// What callers of a service in this namespace are told: the policies that select one of its pods, and of the pods
    /// and of other clusters no more than these policies ask for.
    ///
    /// @param pods everything behind the service
    /// @return empty when no policy selects any of them, or when it would be too much to tell
    public Optional<PublishedIngress> publish(Collection<Subject> pods) {
        var kinds = pods.stream().distinct().map(this::pod).toList();
        var selecting = new HashSet<PolicyName>();
        for (var policy : compiled.get()) {
            if (kinds.stream().anyMatch(policy::selects)) {
                selecting.add(policy.name());
            }
        }
        var told = policies.stream()
                .filter(policy -> selecting.contains(policy.name()))
                .toList();
        var asked = Asked.by(told);
        var subjects = pods.stream().map(asked::of).distinct().toList();
        if (told.isEmpty() || subjects.size() > PublishedIngress.MOST_SUBJECTS) {
            return Optional.empty();
        }
        var surroundings =
                new PolicyScope(scope.cluster(), asked.of(scope.memberLabels()), scope.mode(), scope.namespaceModes());
        return Optional.of(new PublishedIngress(surroundings, namespace, namespaceLabels, told, subjects));
    }

    private Endpoint.Pod pod(Subject subject) {
        return RemoteIngress.pod(scope.cluster(), namespace, namespaceLabels, subject);
    }

    /// What policies ask for.
    ///
    /// @param ofClusters empty when no rule asks which cluster it is
    private record Asked(Set<String> ofPods, Set<String> portNames, Optional<Set<String>> ofClusters) {
        static Asked by(List<Policy> policies) {
            var ofPods = new HashSet<String>();
            policies.forEach(policy -> ofPods.addAll(
                    switch (policy) {
                        case NamespacedPolicy namespaced -> namespaced.subject().keys();
                        case ClusterPolicy cluster -> cluster.subject().pods().keys();
                    }));
            var portNames = new HashSet<String>();
            policies.stream().flatMap(Asked::ports).forEach(port -> {
                if (port instanceof PortSelector.NamedPort named) {
                    portNames.add(named.name());
                }
            });
            var clusters = policies.stream()
                    .flatMap(Asked::peers)
                    .flatMap(peer -> clusterSelector(peer).stream())
                    .toList();
            var ofClusters = new HashSet<String>();
            clusters.forEach(selector -> ofClusters.addAll(selector.keys()));
            return new Asked(
                    ofPods, portNames, Optional.of((Set<String>) ofClusters).filter(_ -> !clusters.isEmpty()));
        }

        private static Stream<PortSelector> ports(Policy policy) {
            return switch (policy) {
                case NamespacedPolicy namespaced ->
                    namespaced.ingress().stream().flatMap(rule -> rule.ports().stream());
                case ClusterPolicy cluster -> cluster.ingress().stream().flatMap(rule -> rule.ports().stream());
            };
        }

        private static Stream<PeerSelector> peers(Policy policy) {
            return switch (policy) {
                case NamespacedPolicy namespaced ->
                    namespaced.ingress().stream().flatMap(rule -> rule.peers().stream());
                case ClusterPolicy cluster -> cluster.ingress().stream().flatMap(rule -> rule.peers().stream());
            };
        }

        private static Optional<LabelSelector> clusterSelector(PeerSelector peer) {
            return switch (peer) {
                case PeerSelector.Pods pods -> pods.clusters();
                case PeerSelector.Block block -> block.clusters();
                case PeerSelector.Unjudged _ -> Optional.empty();
            };
        }

        Subject of(Subject pod) {
            return new Subject(
                    Maps.filterKeys(pod.labels(), ofPods::contains),
                    pod.ports().stream()
                            .filter(port -> portNames.contains(port.name()))
                            .toList());
        }

        /// Every cluster of which the labels are known stays: of another one a missing label means nothing.
        Map<ClusterName, Map<String, String>> of(Map<ClusterName, Map<String, String>> members) {
            return ofClusters
                    .map(keys -> Map.copyOf(
                            Maps.transformValues(members, labels -> Maps.filterKeys(labels, keys::contains))))
                    .orElse(Map.of());
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof NamespaceIngress ingress
                        && scope.equals(ingress.scope)
                        && namespace.equals(ingress.namespace)
                        && namespaceLabels.equals(ingress.namespaceLabels)
                        && policies.equals(ingress.policies));
    }

    @Override
    public int hashCode() {
        return Objects.hash(scope, namespace, namespaceLabels, policies);
    }
}
