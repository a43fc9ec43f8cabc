package dev.sekisho.policy;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toUnmodifiableList;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint.ContainerPort;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All NetworkPolicies of one cluster, ready to judge flows. Immutable; any thread.
///
/// Semantics: networking.k8s.io/v1. A pod that no policy isolates in a direction is open in that direction; an isolated
/// one is open to what at least one rule allows. A peer selector means pods of this cluster unless its namespace
/// selector mentions [#CLUSTER_LABEL].
///
/// Policies are compiled here, once, so that a verdict costs no more than the policies of one namespace and direction.
public final class PolicySet {
    /// The namespace label that names a pod's cluster. Its value is set from the authenticated lane and overrides any
    /// label of that name that the namespace itself carries.
    public static final String CLUSTER_LABEL = "sekisho.dev/cluster";

    private final ClusterName cluster;
    private final List<Policy> policies;
    private final String version;
    private final Map<String, List<CompiledPolicy>> ingress;
    private final Map<String, List<CompiledPolicy>> egress;
    private final Verdict ingressOpen;
    private final Verdict egressOpen;

    public PolicySet(ClusterName cluster, Collection<Policy> policies) {
        this.cluster = cluster;
        // In name order, so that of several rules that allow a flow always the same one is named.
        this.policies = policies.stream().sorted(comparing(Policy::name)).toList();
        this.version = PolicyDigest.of(this.policies);
        this.ingress = compile(Direction.INGRESS);
        this.egress = compile(Direction.EGRESS);
        this.ingressOpen = new Verdict.Allowed(Direction.INGRESS, Optional.empty(), version);
        this.egressOpen = new Verdict.Allowed(Direction.EGRESS, Optional.empty(), version);
    }

    public ClusterName cluster() {
        return cluster;
    }

    /// Digest of the policies' content: the same rules have the same version on any gateway, whatever their order.
    public String version() {
        return version;
    }

    /// In name order.
    public List<Policy> policies() {
        return policies;
    }

    /// @param source who calls; a pod of another cluster only when its lane vouched for that cluster
    /// @param destination a pod of this cluster; another is denied, as its policies are not here
    /// @param port the pod port, after service port translation
    public Verdict ingress(Endpoint source, Endpoint.Pod destination, Transport transport, int port) {
        return judge(Direction.INGRESS, destination, Flow.of(cluster, source, transport, port, destination.ports()));
    }

    /// @param source a pod of this cluster; another is denied, as its policies are not here
    /// @param port the pod port; ignored for an [Endpoint.RemoteService], whose every target port must be allowed
    public Verdict egress(Endpoint.Pod source, Endpoint destination, Transport transport, int port) {
        return switch (destination) {
            case Endpoint.Pod pod ->
                judge(Direction.EGRESS, source, Flow.of(cluster, pod, transport, port, pod.ports()));
            case Endpoint.Address _ ->
                judge(Direction.EGRESS, source, Flow.of(cluster, destination, transport, port, List.of()));
            case Endpoint.RemoteService service -> toEveryTarget(source, service, transport);
        };
    }

    /// Which pod will answer is not known, so each of them must be allowed.
    private Verdict toEveryTarget(Endpoint.Pod source, Endpoint.RemoteService service, Transport transport) {
        Optional<Verdict> allowed = Optional.empty();
        for (var target : service.targets()) {
            var named = List.of(new ContainerPort(target.name(), transport, target.number()));
            var verdict = judge(Direction.EGRESS, source, Flow.of(cluster, service, transport, target.number(), named));
            if (!verdict.isAllowed()) {
                return verdict;
            }
            allowed = allowed.or(() -> Optional.of(verdict));
        }
        return allowed.orElseGet(() -> untargeted(source, service));
    }

    private Verdict untargeted(Endpoint.Pod source, Endpoint.RemoteService service) {
        var isolating = isolating(Direction.EGRESS, source);
        return isolating.isEmpty() && source.cluster().equals(cluster)
                ? egressOpen
                : new Verdict.Denied(
                        Direction.EGRESS,
                        names(isolating),
                        "no target port of " + service.name() + " in cluster " + service.cluster() + " is known",
                        version);
    }

    private Verdict judge(Direction direction, Endpoint.Pod subject, Flow flow) {
        if (!subject.cluster().equals(cluster)) {
            return new Verdict.Denied(
                    direction,
                    List.of(),
                    "pod " + subject.name() + " is of cluster " + subject.cluster() + ", these are the policies of "
                            + cluster,
                    version);
        }
        var isolated = false;
        for (var policy : inNamespace(direction, subject)) {
            if (policy.isolates(subject)) {
                isolated = true;
                for (var rule : policy.rules()) {
                    if (rule.matches(flow)) {
                        return rule.allowed();
                    }
                }
            }
        }
        if (!isolated) {
            return direction == Direction.INGRESS ? ingressOpen : egressOpen;
        }
        var isolating = isolating(direction, subject);
        return new Verdict.Denied(
                direction, names(isolating), NearestMiss.describe(direction, isolating, flow), version);
    }

    private List<CompiledPolicy> inNamespace(Direction direction, Endpoint.Pod subject) {
        var index = direction == Direction.INGRESS ? ingress : egress;
        return index.getOrDefault(subject.name().namespace(), List.of());
    }

    private List<CompiledPolicy> isolating(Direction direction, Endpoint.Pod subject) {
        return inNamespace(direction, subject).stream()
                .filter(policy -> policy.isolates(subject))
                .toList();
    }

    private static List<PolicyName> names(List<CompiledPolicy> isolating) {
        return isolating.stream().map(CompiledPolicy::name).toList();
    }

    private Map<String, List<CompiledPolicy>> compile(Direction direction) {
        return Map.copyOf(policies.stream()
                .filter(policy -> policy.isolates().contains(direction))
                .collect(groupingBy(
                        policy -> policy.name().namespace(),
                        mapping(policy -> CompiledPolicy.of(policy, direction, version), toUnmodifiableList()))));
    }
}
