package dev.sekisho.controlplane.policy;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.toSet;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.CompiledSelector;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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
        NAMES_NO_MEMBER,
        BLOCK_HOLDS_PODS,
        BLOCK_IS_LOCAL,
        UNKNOWN_FIELD,
        TIE
    }

    /// @param field path inside the object: `spec.ingress[0].from[1]`
    public record Finding(PolicyName policy, String field, Suspicion suspicion, String reason) {}

    private final PolicyWorld world;
    private final List<Endpoint.Pod> pods;
    private final Set<String> peers;
    private final boolean knowsNodes;
    private final List<Finding> findings = new ArrayList<>();

    private PolicyLint(PolicyWorld world) {
        this.world = world;
        this.pods = world.pods();
        this.knowsNodes = world.policies().policies().stream()
                .flatMap(policy -> AnyRule.of(policy).stream())
                .flatMap(rule -> rule.peers().stream())
                .noneMatch(PeerSelector.Nodes.class::isInstance);
        this.peers =
                world.view().peers().keySet().stream().map(peer -> peer.value()).collect(toSet());
    }

    /// @return in the order of the policies' names
    public static List<Finding> of(PolicyWorld world) {
        var lint = new PolicyLint(world);
        world.written().forEach(lint::look);
        lint.ties();
        return lint.findings;
    }

    private void look(WrittenPolicy written) {
        var policy = written.policy();
        var subjects = pods.stream().filter(pod -> isSubject(policy, pod)).toList();
        if (subjects.isEmpty()) {
            var field = policy instanceof NamespacedPolicy ? "spec.podSelector" : "spec.subject";
            add(policy, field, Suspicion.SELECTS_NOTHING, "it selects no pod that is there");
        }
        for (var rule : AnyRule.of(policy)) {
            if (!subjects.isEmpty()) {
                ports(policy, rule, subjects);
            }
            var list = rule.direction() == Direction.INGRESS ? "from" : "to";
            for (var i = 0; i < rule.peers().size(); i++) {
                peer(
                        policy,
                        written.peerField(rule.field(), list, i),
                        rule,
                        rule.peers().get(i));
            }
        }
    }

    private boolean isSubject(Policy policy, Endpoint.Pod pod) {
        return switch (policy) {
            case NamespacedPolicy namespaced ->
                namespaced.name().namespace().equals(pod.name().namespace())
                        && CompiledSelector.matches(namespaced.subject(), pod.labels());
            case ClusterPolicy cluster ->
                CompiledSelector.matchesNamespaceOf(cluster.subject().namespaces(), pod)
                        && CompiledSelector.matches(cluster.subject().pods(), pod.labels());
        };
    }

    /// A name is looked up on the pod that is called: of an ingress rule one of the subjects, else any pod there is. In
    /// a ClusterNetworkPolicy it stands for that port of every protocol.
    private void ports(Policy policy, AnyRule rule, List<Endpoint.Pod> subjects) {
        var called = rule.direction() == Direction.INGRESS ? subjects : pods;
        var who = rule.direction() == Direction.INGRESS ? "none of the pods it selects has" : "no pod has";
        var ofAnyProtocol = policy instanceof ClusterPolicy;
        var reasons = new LinkedHashSet<String>();
        for (var port : rule.ports()) {
            if (port instanceof PortSelector.NamedPort(var transport, var name)
                    && called.stream()
                            .flatMap(pod -> pod.ports().stream())
                            .noneMatch(has ->
                                    has.name().equals(name) && (ofAnyProtocol || has.transport() == transport))) {
                reasons.add(who + " a " + (ofAnyProtocol ? "" : transport + " ") + "container port named " + name);
            }
        }
        var field = rule.field() + (ofAnyProtocol ? ".protocols" : ".ports");
        reasons.forEach(reason -> add(policy, field, Suspicion.NOBODY_HAS_PORT, reason));
    }

    private void peer(Policy policy, String field, AnyRule rule, PeerSelector peer) {
        members(policy, field, peer);
        switch (peer) {
            case PeerSelector.Pods selector -> cluster(policy, field, selector);
            case PeerSelector.Block block ->
                block(policy, policy instanceof NamespacedPolicy ? field + ".ipBlock" : field, rule, block);
            case PeerSelector.Nodes _ when knowsNodes -> {}
            case PeerSelector.Unjudged unjudged ->
                add(
                        policy,
                        field,
                        Suspicion.UNKNOWN_FIELD,
                        "'" + unjudged.field() + "' cannot be judged here, so the rule "
                                + (rule.denies() ? "denies everyone" : "accepts no one, whoever else it names"));
        }
    }

    private void members(Policy policy, String field, PeerSelector peer) {
        if (world.members().isEmpty() || !Members.areNamed(peer)) {
            return;
        }
        var known = world.members().stream().map(ClusterName::value).sorted().toList();
        var unknown =
                Members.names(peer).filter(not(known::contains)).distinct().toList();
        if (!unknown.isEmpty()) {
            var reason = "it names " + String.join(", ", unknown) + ", which is no member cluster";
            add(policy, field, Suspicion.NAMES_NO_MEMBER, reason + "; known are " + String.join(", ", known));
        } else if (world.members().stream().noneMatch(member -> Members.isMeant(world, peer, member))) {
            var reason = "it means no member cluster; known are " + String.join(", ", known);
            add(policy, field, Suspicion.NAMES_NO_MEMBER, reason);
        }
    }

    private void cluster(Policy policy, String field, PeerSelector.Pods peer) {
        if (Members.areNamed(peer)) {
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
                                                .noneMatch(labels -> CompiledSelector.matches(selector, labels)))
                                .ifPresent(_ -> add(
                                        policy,
                                        field,
                                        Suspicion.NAMES_NO_CLUSTER,
                                        "it selects no namespace of this cluster" + hint)));
    }

    private static boolean matches(PeerSelector.Pods peer, Policy policy, Endpoint.Pod pod) {
        return peer.namespaces()
                        .map(namespaces -> CompiledSelector.matchesNamespaceOf(namespaces, pod))
                        .orElse(pod.name().namespace().equals(policy.name().namespace()))
                && peer.pods()
                        .map(labels -> CompiledSelector.matches(labels, pod.labels()))
                        .orElse(true);
    }

    /// A label whose key speaks of clusters, or whose value is the name of a linked peer.
    private Optional<String> suspiciousLabel(PeerSelector.Pods peer) {
        return Stream.concat(peer.namespaces().stream(), peer.pods().stream())
                .flatMap(LabelSamples::requirements)
                .filter(requirement ->
                        requirement.key().toLowerCase(Locale.ROOT).contains("cluster")
                                || requirement.values().stream().anyMatch(peers::contains))
                .map(requirement -> requirement.key()
                        + (requirement.values().isEmpty() ? "" : ": " + String.join(", ", requirement.values())))
                .findFirst();
    }

    private void block(Policy policy, String field, AnyRule rule, PeerSelector.Block block) {
        if (block.clusters().isPresent()) {
            return;
        }
        if (block.cidr().prefixLength() == 0) {
            everywhere(policy, field, rule, block);
            return;
        }
        var held = pods.stream()
                .flatMap(pod -> world.addresses(pod.name()).stream()
                        .filter(block.cidr()::contains)
                        .filter(address -> block.except().stream().noneMatch(except -> except.contains(address)))
                        .map(address -> pod.name() + " (" + InetAddresses.toAddrString(address) + ")"))
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

    /// Who writes all addresses there are means anyone, unless the rule names other clusters beside it. With exceptions
    /// it is rather the world outside that is meant.
    private void everywhere(Policy policy, String field, AnyRule rule, PeerSelector.Block block) {
        if (!block.except().isEmpty() || rule.peers().stream().anyMatch(Members::areNamed)) {
            return;
        }
        var list = rule.direction() == Direction.INGRESS ? "from" : "to";
        add(
                policy,
                field,
                Suspicion.BLOCK_IS_LOCAL,
                block.cidr()
                        + " means addresses of this cluster only, and no pod of another one; a namespaceSelector with "
                        + PolicySet.CLUSTER_LABEL
                        + (policy instanceof NamespacedPolicy
                                ? " means those, and a rule without '" + list + "' means anyone"
                                : " means those"));
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
