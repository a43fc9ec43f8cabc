package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.Verdict.Reason;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All policies of one cluster, ready to judge flows. Immutable; any thread.
///
/// One direction of a pod is judged in this order, and the first answer counts: ClusterNetworkPolicies of the Admin
/// tier; NetworkPolicies and ClusterSetNetworkPolicies of the pod's namespace, when one of them isolates it; the
/// Baseline tier; open. Semantics: networking.k8s.io/v1, policy.networking.k8s.io/v1alpha2 and docs/security.md.
///
/// Policies are compiled once; see [#with]. A question that was asked before is answered from memory.
public final class PolicySet {
    /// The label of clusters and namespaces that names the cluster. Its value is set from the authenticated lane and
    /// overrides any label of that name that the namespace itself carries.
    public static final String CLUSTER_LABEL = "sekisho.dev/cluster";

    /// The annotation of a Namespace that chooses the [dev.sekisho.policy.PolicyMode] of its pods: `audit` or
    /// `enforce`.
    public static final String MODE_ANNOTATION = "sekisho.dev/policy-mode";

    private static final int REMEMBERED_VERDICTS = 1 << 14;

    private final PolicyScope scope;
    private final Compilation compilation;
    private final String version;
    private final SlotCache<Question, Verdict> verdicts;

    /// Everything that a verdict depends on, besides the policies.
    private record Question(
            Direction direction,
            PodKind subject,
            Object other,
            Transport transport,
            int port,
            List<ContainerPort> named) {}

    /// What pods have in common that policy cannot tell apart.
    ///
    /// @param address empty where no policy asks for addresses
    private record PodKind(
            ClusterName cluster,
            String namespace,
            Map<String, String> labels,
            Map<String, String> namespaceLabels,
            String serviceAccount,
            Optional<InetAddress> address) {}

    /// Of a cluster that enforces, and gives clusters no labels.
    public PolicySet(ClusterName cluster, Collection<? extends Policy> policies) {
        this(PolicyScope.of(cluster), policies);
    }

    /// @throws IllegalArgumentException when two policies have the same name
    public PolicySet(PolicyScope scope, Collection<? extends Policy> policies) {
        this(scope, policies, REMEMBERED_VERDICTS);
    }

    /// @param rememberedVerdicts a power of two; each costs a few bytes even before it is remembered
    public PolicySet(PolicyScope scope, Collection<? extends Policy> policies, int rememberedVerdicts) {
        this(scope, Compilation.EMPTY.with(policies), rememberedVerdicts);
    }

    private PolicySet(PolicyScope scope, Compilation compilation, int rememberedVerdicts) {
        this.scope = scope;
        this.compilation = compilation;
        this.verdicts = new SlotCache<>(rememberedVerdicts);
        this.version = compilation.digest().versionIn(scope);
    }

    /// The set of these policies in these surroundings. What has not changed is not compiled again; this set itself
    /// when nothing has.
    ///
    /// @throws IllegalArgumentException when two policies have the same name
    public PolicySet with(PolicyScope scope, Collection<? extends Policy> policies) {
        var next = compilation.with(policies);
        return next == compilation && scope.equals(this.scope)
                ? this
                : new PolicySet(scope, next, verdicts.slotCount());
    }

    public ClusterName cluster() {
        return scope.cluster();
    }

    public PolicyScope scope() {
        return scope;
    }

    /// Digest of everything that verdicts depend on: the same rules in the same surroundings have the same version on
    /// any gateway, whatever their order.
    public String version() {
        return version;
    }

    /// In name order.
    public List<Policy> policies() {
        return compilation.policies();
    }

    /// What an administrator should know about the policies, one sentence each.
    public List<String> warnings() {
        return Warnings.about(compilation.policies());
    }

    /// @param source who calls; a pod of another cluster only when its lane vouched for that cluster
    /// @param destination a pod of this cluster; another is denied, as its policies are not here
    /// @param port the pod port, after service port translation
    public Verdict ingress(Endpoint source, Endpoint.Pod destination, Transport transport, int port) {
        return judge(Direction.INGRESS, destination, source, transport, port, destination.ports());
    }

    /// @param source a pod of this cluster; another is denied, as its policies are not here
    /// @param port the pod port; ignored for an [Endpoint.RemoteService], whose every target port must be allowed
    public Verdict egress(Endpoint.Pod source, Endpoint destination, Transport transport, int port) {
        return switch (destination) {
            case Endpoint.Pod pod -> judge(Direction.EGRESS, source, pod, transport, port, pod.ports());
            case Endpoint.Address _ -> judge(Direction.EGRESS, source, destination, transport, port, List.of());
            case Endpoint.RemoteService service -> toEveryTarget(source, service, transport);
        };
    }

    /// Which pod will answer is not known, so each of them must be allowed.
    private Verdict toEveryTarget(Endpoint.Pod source, Endpoint.RemoteService service, Transport transport) {
        Optional<Verdict> allowed = Optional.empty();
        for (var target : service.targets()) {
            var named = target.names().stream()
                    .map(name -> new ContainerPort(name, transport, target.number()))
                    .toList();
            var verdict = judge(Direction.EGRESS, source, service, transport, target.number(), named);
            if (!(verdict instanceof Allowed judged)) {
                return verdict;
            }
            // A denial that is only audited is told rather than another target's permission.
            if (allowed.isEmpty() || judged.audited().isPresent()) {
                allowed = Optional.of(verdict);
            }
        }
        return allowed.orElseGet(() -> untargeted(source, service));
    }

    private Verdict untargeted(Endpoint.Pod source, Endpoint.RemoteService service) {
        if (isForeign(source)) {
            return foreign(Direction.EGRESS, source);
        }
        var tiers = Tiers.of(compilation, Direction.EGRESS, source);
        if (tiers.areSilent()) {
            return new Allowed(Direction.EGRESS, Optional.empty(), version);
        }
        return tiers.enforced(
                scope,
                new Denied(
                        Direction.EGRESS,
                        tiers.isolatedBy(),
                        Optional.empty(),
                        List.of(),
                        new Reason(() -> "no target port of " + service.name() + " in cluster " + service.cluster()
                                + " is known"),
                        version));
    }

    private Verdict judge(
            Direction direction,
            Endpoint.Pod subject,
            Endpoint other,
            Transport transport,
            int port,
            List<ContainerPort> named) {
        if (isForeign(subject)) {
            return foreign(direction, subject);
        }
        var question = new Question(
                direction,
                kind(subject),
                other instanceof Endpoint.Pod pod ? kind(pod) : other,
                transport,
                port,
                named);
        return verdicts.get(
                question,
                _ -> Tiers.of(compilation, direction, subject)
                        .judge(scope, Flow.of(scope, other, transport, port, named), version));
    }

    private PodKind kind(Endpoint.Pod pod) {
        return new PodKind(
                pod.cluster(),
                pod.name().namespace(),
                pod.labels(),
                pod.namespaceLabels(),
                pod.serviceAccount(),
                compilation.asksForAddresses() ? pod.address() : Optional.empty());
    }

    private boolean isForeign(Endpoint.Pod subject) {
        return !subject.cluster().equals(scope.cluster());
    }

    private Verdict foreign(Direction direction, Endpoint.Pod subject) {
        return Denied.because(
                direction,
                "pod " + subject.name() + " is of cluster " + subject.cluster() + ", these are the policies of "
                        + scope.cluster(),
                version);
    }
}
