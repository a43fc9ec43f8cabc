package dev.sekisho.policy.published;

import com.google.common.base.Suppliers;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.Verdict.Reason;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.PublishedIngress.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What another cluster has published of its ingress rules, ready to be asked before it is called. It knows less than
/// that cluster and may be older, so it only ever foretells a denial; that a call is allowed is said over there.
/// Immutable; any thread. Compiled when it is first asked.
public final class RemoteIngress {
    /// There may be thousands, few of which are asked.
    private static final int REMEMBERED_VERDICTS = 1 << 8;

    // Equal rules come again with every change of what surrounds them, and are not compiled again. Canonical instances
    // only, so nobody can tell it is there; what no route has any more is collected.
    private static final Interner<RemoteIngress> HELD = Interners.newWeakInterner();

    private final PublishedIngress published;
    private final Supplier<PolicySet> policies;
    private final List<Endpoint.Pod> subjects;

    private RemoteIngress(PublishedIngress published) {
        this.published = published;
        this.policies =
                Suppliers.memoize(() -> new PolicySet(published.scope(), published.policies(), REMEMBERED_VERDICTS));
        this.subjects = published.subjects().stream()
                .map(subject ->
                        pod(published.scope().cluster(), published.namespace(), published.namespaceLabels(), subject))
                .toList();
    }

    public static RemoteIngress of(PublishedIngress published) {
        return HELD.intern(new RemoteIngress(published));
    }

    /// Any pod of that kind; which one it is no policy asks.
    static Endpoint.Pod pod(
            ClusterName cluster, String namespace, Map<String, String> namespaceLabels, Subject subject) {
        return new Endpoint.Pod(
                cluster,
                new PodName(namespace, "any"),
                subject.labels(),
                namespaceLabels,
                "",
                Optional.empty(),
                subject.ports());
    }

    /// The denial that awaits `caller` over there; empty unless every pod denies it on every port behind the service.
    ///
    /// @param targets the pod ports behind the service port that is called
    public Optional<Denied> refusal(Endpoint.Pod caller, Transport transport, List<TargetPort> targets) {
        Optional<Denied> refusal = Optional.empty();
        for (var subject : subjects) {
            for (var target : targets) {
                if (!(policies.get().ingress(caller, subject, transport, target.number()) instanceof Denied denied)) {
                    return Optional.empty();
                }
                refusal = refusal.or(() -> Optional.of(denied));
            }
        }
        return refusal.map(this::asPublished);
    }

    private Denied asPublished(Denied denied) {
        return new Denied(
                denied.direction(),
                denied.isolatedBy(),
                denied.by(),
                denied.passedBy(),
                new Reason(() -> "as published by cluster " + published.scope().cluster() + ": " + denied.reason()),
                denied.policyVersion());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof RemoteIngress ingress && published.equals(ingress.published));
    }

    @Override
    public int hashCode() {
        return published.hashCode();
    }
}
