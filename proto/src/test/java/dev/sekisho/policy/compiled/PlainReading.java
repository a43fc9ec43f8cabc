package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyMode;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What policies mean, once more: slowly, word by word after the text of the two APIs and of docs/security.md, with
/// nothing compiled and nothing remembered. It shares no code with the engine but the values that both are given.
final class PlainReading {
    enum Answer {
        ALLOWED,
        DENIED,
        /// It would be denied if it were not only watched.
        AUDITED
    }

    private final PolicyScope scope;
    private final List<Policy> policies;

    PlainReading(PolicyScope scope, List<Policy> policies) {
        this.scope = scope;
        this.policies = List.copyOf(policies);
    }

    Answer ingress(Endpoint source, Endpoint.Pod destination, Transport transport, int port) {
        return answer(Direction.INGRESS, destination, source, new Wanted(transport, port, destination.ports()));
    }

    Answer egress(Endpoint.Pod source, Endpoint destination, Transport transport, int port) {
        var ports = destination instanceof Endpoint.Pod pod ? pod.ports() : List.<ContainerPort>of();
        return answer(Direction.EGRESS, source, destination, new Wanted(transport, port, ports));
    }

    /// @param named container ports of the destination, whichever direction is judged
    private record Wanted(Transport transport, int port, List<ContainerPort> named) {}

    private Answer answer(Direction direction, Endpoint.Pod subject, Endpoint other, Wanted wanted) {
        var atFirst = tier(Tier.ADMIN, direction, subject, other, wanted);
        if (atFirst == Action.ACCEPT) {
            return Answer.ALLOWED;
        }
        if (atFirst == Action.DENY) {
            // What the cluster's administrator denies is only watched where he says so for the whole cluster, too.
            return scope.mode() == PolicyMode.AUDIT ? denied(subject) : Answer.DENIED;
        }
        var isolating = policies.stream()
                .filter(NamespacedPolicy.class::isInstance)
                .map(NamespacedPolicy.class::cast)
                .filter(policy ->
                        policy.name().namespace().equals(subject.name().namespace()))
                .filter(policy -> policy.isolates().contains(direction))
                .filter(policy -> selects(policy.subject(), subject.labels(), true))
                .toList();
        if (!isolating.isEmpty()) {
            var allowed = isolating.stream().anyMatch(policy -> {
                var rules = direction == Direction.INGRESS ? policy.ingress() : policy.egress();
                return rules.stream()
                        .anyMatch(rule -> (rule.ports().isEmpty()
                                        || rule.ports().stream().anyMatch(port -> isMeant(port, wanted)))
                                && (rule.peers().isEmpty()
                                        || rule.peers().stream()
                                                .anyMatch(peer -> isMeant(
                                                        peer, policy.name().namespace(), other))));
            });
            return allowed ? Answer.ALLOWED : denied(subject);
        }
        return tier(Tier.BASELINE, direction, subject, other, wanted) == Action.DENY ? denied(subject) : Answer.ALLOWED;
    }

    private Answer denied(Endpoint.Pod subject) {
        var mode = scope.namespaceModes().getOrDefault(subject.name().namespace(), scope.mode());
        return mode == PolicyMode.AUDIT ? Answer.AUDITED : Answer.DENIED;
    }

    /// What the tier says; PASS also when it says nothing, as both go on to the next.
    private Action tier(Tier tier, Direction direction, Endpoint.Pod subject, Endpoint other, Wanted wanted) {
        var asked = new ArrayList<ClusterPolicy>();
        for (var policy : policies) {
            if (policy instanceof ClusterPolicy candidate
                    && candidate.tier() == tier
                    && selects(candidate.subject().namespaces(), namespaceLabels(subject), true)
                    && selects(candidate.subject().pods(), subject.labels(), true)) {
                asked.add(candidate);
            }
        }
        asked.sort(Comparator.comparingInt(ClusterPolicy::priority)
                .thenComparing(policy -> policy.name().name()));
        for (var policy : asked) {
            for (var rule : direction == Direction.INGRESS ? policy.ingress() : policy.egress()) {
                // Fail closed: with a peer of a newer API, Accept matches nothing, Deny and Pass become 'deny all'.
                if (rule.peers().stream().anyMatch(PeerSelector.Unjudged.class::isInstance)) {
                    if (rule.action() == Action.ACCEPT) {
                        continue;
                    }
                    return Action.DENY;
                }
                if (!rule.ports().isEmpty() && rule.ports().stream().noneMatch(port -> isMeant(port, wanted))) {
                    continue;
                }
                if (rule.peers().stream().anyMatch(peer -> isMeant(peer, "", other))) {
                    return rule.action();
                }
            }
        }
        return Action.PASS;
    }

    private static boolean isMeant(PortSelector selector, Wanted wanted) {
        if (selector.transport() != wanted.transport()) {
            return false;
        }
        return switch (selector) {
            case PortSelector.AllPorts _ -> true;
            case PortSelector.PortRange range -> wanted.port() >= range.first() && wanted.port() <= range.last();
            case PortSelector.NamedPort named ->
                wanted.named().contains(new ContainerPort(named.name(), wanted.transport(), wanted.port()));
        };
    }

    private boolean isMeant(PeerSelector selector, String policyNamespace, Endpoint other) {
        return switch (selector) {
            case PeerSelector.Unjudged _ -> false;
            case PeerSelector.Block block ->
                switch (other) {
                    case Endpoint.Pod pod ->
                        pod.address().filter(address -> holds(block, address)).isPresent()
                                && isClusterMeant(block.clusters(), false, pod.cluster());
                    case Endpoint.Address address ->
                        holds(block, address.address()) && isClusterMeant(block.clusters(), false, scope.cluster());
                    case Endpoint.RemoteService _ -> false;
                };
            case PeerSelector.Pods pods ->
                other instanceof Endpoint.Pod pod
                        && isClusterMeant(
                                pods.clusters(),
                                pods.namespaces()
                                        .map(PlainReading::mentionsCluster)
                                        .orElse(false),
                                pod.cluster())
                        && pods.namespaces()
                                .map(namespaces -> selects(namespaces, namespaceLabels(pod), true))
                                .orElse(pod.name().namespace().equals(policyNamespace))
                        && pods.pods()
                                .map(labels -> selects(labels, pod.labels(), true))
                                .orElse(true)
                        && (pods.serviceAccounts().isEmpty()
                                || pods.serviceAccounts().contains(pod.serviceAccount()));
        };
    }

    /// A peer means the local cluster, unless it names clusters in one of the two ways there are.
    private boolean isClusterMeant(Optional<LabelSelector> clusters, boolean byNamespace, ClusterName cluster) {
        if (clusters.isPresent()) {
            var known = scope.memberLabels().containsKey(cluster);
            var labels = new HashMap<>(scope.memberLabels().getOrDefault(cluster, Map.of()));
            labels.put("sekisho.dev/cluster", cluster.value());
            return selects(clusters.get(), labels, known);
        }
        return byNamespace || cluster.equals(scope.cluster());
    }

    private static boolean mentionsCluster(LabelSelector selector) {
        return selector.matchLabels().containsKey("sekisho.dev/cluster")
                || selector.matchExpressions().stream()
                        .anyMatch(requirement -> requirement.key().equals("sekisho.dev/cluster"));
    }

    private static Map<String, String> namespaceLabels(Endpoint.Pod pod) {
        var labels = new HashMap<>(pod.namespaceLabels());
        labels.put("kubernetes.io/metadata.name", pod.name().namespace());
        labels.put("sekisho.dev/cluster", pod.cluster().value());
        return labels;
    }

    /// @param complete whether a label that is missing is known to be missing
    private static boolean selects(LabelSelector selector, Map<String, String> labels, boolean complete) {
        for (var label : selector.matchLabels().entrySet()) {
            if (!label.getValue().equals(labels.get(label.getKey()))) {
                return false;
            }
        }
        for (var requirement : selector.matchExpressions()) {
            if (!holds(requirement, labels, complete)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Requirement requirement, Map<String, String> labels, boolean complete) {
        var present = labels.containsKey(requirement.key());
        var listed = present && requirement.values().contains(labels.get(requirement.key()));
        return switch (requirement.operator()) {
            case IN -> listed;
            case NOT_IN -> present ? !listed : complete;
            case EXISTS -> present;
            case DOES_NOT_EXIST -> !present && complete;
        };
    }

    private static boolean holds(PeerSelector.Block block, InetAddress address) {
        return isIn(block.cidr(), address) && block.except().stream().noneMatch(except -> isIn(except, address));
    }

    private static boolean isIn(Cidr cidr, InetAddress address) {
        var width = 8 * address.getAddress().length;
        if (8 * cidr.address().getAddress().length != width) {
            return false;
        }
        var hostBits = width - cidr.prefixLength();
        return number(cidr.address())
                .shiftRight(hostBits)
                .equals(number(address).shiftRight(hostBits));
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }
}
