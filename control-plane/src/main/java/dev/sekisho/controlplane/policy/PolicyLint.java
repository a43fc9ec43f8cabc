package dev.sekisho.controlplane.policy;

import static java.util.stream.Collectors.toSet;

import com.google.common.net.InetAddresses;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds what may be written in a policy and yet is hardly meant. Nothing of it is an error: a policy may wait for pods
/// that are yet to come.
public final class PolicyLint {
    private static final int NAMED = 3;

    /// What is suspicious; the order is that in which they are told of one policy.
    public enum Suspicion {
        SELECTS_NOTHING,
        NOBODY_HAS_PORT,
        NAMES_NO_CLUSTER,
        BLOCK_HOLDS_PODS,
        UNKNOWN_FIELD,
        TIE
    }

    /// @param field path inside the object: `spec.ingress[0].from[1]`
    public record Finding(PolicyName policy, String field, Suspicion suspicion, String reason) {}

    private final PolicyWorld world;
    private final List<Endpoint.Pod> pods;
    private final Set<String> peers;
    private final List<Finding> findings = new ArrayList<>();

    private PolicyLint(PolicyWorld world) {
        this.world = world;
        this.pods = world.pods();
        this.peers =
                world.view().peers().keySet().stream().map(peer -> peer.value()).collect(toSet());
    }

    /// @return in the order of the policies' names
    public static List<Finding> of(PolicyWorld world) {
        var lint = new PolicyLint(world);
        world.policies().policies().forEach(lint::look);
        lint.ties();
        return lint.findings;
    }

    /// A rule of any kind of policy.
    private record AnyRule(
            String field, Direction direction, boolean denies, List<PeerSelector> peers, List<PortSelector> ports) {}

    private void look(Policy policy) {
        var subjects = pods.stream().filter(pod -> isSubject(policy, pod)).toList();
        if (subjects.isEmpty()) {
            var field = policy instanceof NamespacedPolicy ? "spec.podSelector" : "spec.subject";
            add(policy, field, Suspicion.SELECTS_NOTHING, "it selects no pod that is there");
        }
        for (var rule : rules(policy)) {
            if (!subjects.isEmpty()) {
                ports(policy, rule, subjects);
            }
            var peerField = rule.field() + (rule.direction() == Direction.INGRESS ? ".from" : ".to");
            for (var i = 0; i < rule.peers().size(); i++) {
                peer(policy, peerField + "[" + i + "]", rule, rule.peers().get(i));
            }
        }
    }

    private boolean isSubject(Policy policy, Endpoint.Pod pod) {
        return switch (policy) {
            case NamespacedPolicy namespaced ->
                namespaced.name().namespace().equals(pod.name().namespace())
                        && namespaced.subject().matches(pod.labels());
            case ClusterPolicy cluster ->
                cluster.subject().namespaces().matches(pod.namespaceLabels())
                        && cluster.subject().pods().matches(pod.labels());
        };
    }

    private static List<AnyRule> rules(Policy policy) {
        var rules = new ArrayList<AnyRule>();
        for (var direction : Direction.values()) {
            var field = "spec." + direction.name().toLowerCase(Locale.ROOT);
            var index = 0;
            switch (policy) {
                case NamespacedPolicy namespaced -> {
                    for (var rule : direction == Direction.INGRESS ? namespaced.ingress() : namespaced.egress()) {
                        rules.add(
                                new AnyRule(field + "[" + index++ + "]", direction, false, rule.peers(), rule.ports()));
                    }
                }
                case ClusterPolicy cluster -> {
                    for (var rule : direction == Direction.INGRESS ? cluster.ingress() : cluster.egress()) {
                        var denies = rule.action() != Action.ACCEPT;
                        rules.add(new AnyRule(
                                field + "[" + index++ + "]", direction, denies, rule.peers(), rule.ports()));
                    }
                }
            }
        }
        return rules;
    }

    /// A name is looked up on the pod that is called: of an ingress rule one of the subjects, else any pod there is.
    private void ports(Policy policy, AnyRule rule, List<Endpoint.Pod> subjects) {
        var called = rule.direction() == Direction.INGRESS ? subjects : pods;
        for (var port : rule.ports()) {
            if (port instanceof PortSelector.NamedPort(var transport, var name)
                    && called.stream()
                            .flatMap(pod -> pod.ports().stream())
                            .noneMatch(has -> has.name().equals(name) && has.transport() == transport)) {
                var who = rule.direction() == Direction.INGRESS ? "none of the pods it selects has" : "no pod has";
                add(
                        policy,
                        rule.field() + ".ports",
                        Suspicion.NOBODY_HAS_PORT,
                        who + " a " + transport + " container port named " + name);
            }
        }
    }

    private void peer(Policy policy, String field, AnyRule rule, PeerSelector peer) {
        switch (peer) {
            case PeerSelector.Pods selector -> cluster(policy, field, selector);
            case PeerSelector.Block block -> block(policy, field + ".ipBlock", block);
            case PeerSelector.Unjudged unjudged ->
                add(
                        policy,
                        field,
                        Suspicion.UNKNOWN_FIELD,
                        "'" + unjudged.field() + "' cannot be judged here, so the rule "
                                + (rule.denies() ? "denies everyone" : "accepts no one by it"));
        }
    }

    private void cluster(Policy policy, String field, PeerSelector.Pods peer) {
        if (peer.clusters().isPresent()
                || peer.namespaces().filter(PolicyLint::namesCluster).isPresent()) {
            return;
        }
        if (pods.stream().anyMatch(pod -> matches(peer, policy, pod))) {
            return;
        }
        var hint = "; a peer means this cluster unless its namespaceSelector mentions " + PolicySet.CLUSTER_LABEL;
        suspiciousLabel(peer)
                .ifPresentOrElse(
                        label -> add(
                                policy,
                                field,
                                Suspicion.NAMES_NO_CLUSTER,
                                label + " looks as if it named a cluster" + hint),
                        () -> peer.namespaces()
                                .filter(selector -> !peers.isEmpty()
                                        && world.view().namespaces().values().stream()
                                                .noneMatch(selector::matches))
                                .ifPresent(_ -> add(
                                        policy,
                                        field,
                                        Suspicion.NAMES_NO_CLUSTER,
                                        "it selects no namespace of this cluster" + hint)));
    }

    private static boolean matches(PeerSelector.Pods peer, Policy policy, Endpoint.Pod pod) {
        return peer.namespaces()
                        .map(namespaces -> namespaces.matches(pod.namespaceLabels()))
                        .orElse(pod.name().namespace().equals(policy.name().namespace()))
                && peer.pods().map(labels -> labels.matches(pod.labels())).orElse(true);
    }

    private static boolean namesCluster(LabelSelector selector) {
        return requirements(selector).anyMatch(requirement -> requirement.key().equals(PolicySet.CLUSTER_LABEL));
    }

    /// A label whose key speaks of clusters, or whose value is the name of a linked peer.
    private Optional<String> suspiciousLabel(PeerSelector.Pods peer) {
        return Stream.concat(peer.namespaces().stream(), peer.pods().stream())
                .flatMap(PolicyLint::requirements)
                .filter(requirement ->
                        requirement.key().toLowerCase(Locale.ROOT).contains("cluster")
                                || requirement.values().stream().anyMatch(peers::contains))
                .map(requirement -> requirement.key()
                        + (requirement.values().isEmpty() ? "" : ": " + String.join(", ", requirement.values())))
                .findFirst();
    }

    private static Stream<Requirement> requirements(LabelSelector selector) {
        return Stream.concat(
                selector.matchLabels().entrySet().stream()
                        .map(label ->
                                new Requirement(label.getKey(), LabelSelector.Operator.IN, List.of(label.getValue()))),
                selector.matchExpressions().stream());
    }

    // 0.0.0.0/0 means anywhere, and says so.
    private void block(Policy policy, String field, PeerSelector.Block block) {
        if (block.cidr().prefixLength() == 0 || block.clusters().isPresent()) {
            return;
        }
        var held = pods.stream()
                .filter(pod -> pod.address().filter(block.cidr()::contains).isPresent()
                        && pod.address()
                                .filter(address -> block.except().stream().anyMatch(except -> except.contains(address)))
                                .isEmpty())
                .map(pod -> pod.name() + " ("
                        + InetAddresses.toAddrString(pod.address().orElseThrow()) + ")")
                .toList();
        if (!held.isEmpty()) {
            add(
                    policy,
                    field,
                    Suspicion.BLOCK_HOLDS_PODS,
                    block.cidr() + " holds addresses of pods, "
                            + String.join(", ", held.subList(0, Math.min(NAMED, held.size())))
                            + (held.size() > NAMED ? " and " + (held.size() - NAMED) + " more" : "")
                            + "; pods change their addresses, a podSelector follows them");
        }
    }

    /// Two policies of equal rank that are about the same pod in the same direction: only their names say who is asked
    /// first.
    private void ties() {
        var policies = world.policies().policies().stream()
                .filter(ClusterPolicy.class::isInstance)
                .map(ClusterPolicy.class::cast)
                .toList();
        for (var i = 0; i < policies.size(); i++) {
            for (var j = i + 1; j < policies.size(); j++) {
                tie(policies.get(i), policies.get(j));
            }
        }
    }

    private void tie(ClusterPolicy one, ClusterPolicy other) {
        var together =
                Stream.of(Direction.values()).anyMatch(direction -> one.governs(direction) && other.governs(direction));
        if (one.tier() == other.tier() && one.priority() == other.priority() && together) {
            pods.stream()
                    .filter(pod -> isSubject(one, pod) && isSubject(other, pod))
                    .findFirst()
                    .ifPresent(pod -> add(
                            other,
                            "spec.priority",
                            Suspicion.TIE,
                            "it has tier " + one.tier() + " and priority " + one.priority() + " like " + one.name()
                                    + ", and both are about pod " + pod.name()
                                    + "; of equals the one whose name comes first is asked first"));
        }
    }

    private void add(Policy policy, String field, Suspicion suspicion, String reason) {
        findings.add(new Finding(policy.name(), field, suspicion, reason));
    }
}
