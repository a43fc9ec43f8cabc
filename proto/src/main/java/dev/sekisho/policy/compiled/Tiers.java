package dev.sekisho.policy.compiled;

import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.Verdict.Reason;
import dev.sekisho.policy.Verdict.RuleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The policies that have a say about one pod in one direction, tier by tier.
///
/// @param namespaced of the pod's namespace
record Tiers(
        Direction direction,
        String namespace,
        PolicyGroup.Applied admin,
        PolicyGroup.Applied namespaced,
        PolicyGroup.Applied baseline) {
    private static final String IN_DOUBT =
            "it may match: not all labels of who answers there are known here, and in doubt it denies";

    static Tiers of(Compilation compilation, Direction direction, Endpoint.Pod subject) {
        var namespace = subject.name().namespace();
        return new Tiers(
                direction,
                namespace,
                compilation.ofTier(direction, Tier.ADMIN).to(subject),
                compilation.ofNamespace(direction, namespace).to(subject),
                compilation.ofTier(direction, Tier.BASELINE).to(subject));
    }

    /// Whether nobody has a say.
    boolean areSilent() {
        return admin.names().isEmpty()
                && namespaced.names().isEmpty()
                && baseline.names().isEmpty();
    }

    List<PolicyName> isolatedBy() {
        return namespaced.names();
    }

    Verdict judge(PolicyScope scope, Flow flow, String version) {
        var passedBy = new ArrayList<RuleName>();
        var atFirst = ask(admin, flow, passedBy, version);
        if (atFirst.isPresent()) {
            return scope.mode() == PolicyMode.AUDIT ? enforced(scope, atFirst.get()) : atFirst.get();
        }
        if (!namespaced.names().isEmpty()) {
            return enforced(scope, askNamespace(flow, passedBy, version));
        }
        return enforced(
                scope,
                ask(baseline, flow, passedBy, version)
                        .orElseGet(
                                () -> new Allowed(direction, Optional.empty(), passedBy, Optional.empty(), version)));
    }

    /// A tier's answer; empty when it has none and the next one is to be asked. In doubt whether a rule matches, the
    /// call must be allowed either way.
    private Optional<Verdict> ask(PolicyGroup.Applied tier, Flow flow, List<RuleName> passedBy, String version) {
        var rule = tier.first(flow);
        var inDoubt = passedBy.size();
        for (var doubtful : tier.doubtful(flow, rule)) {
            switch (doubtful.action()) {
                case DENY -> {
                    return Optional.of(denied(doubtful, passedBy, IN_DOUBT, version));
                }
                case PASS -> passedBy.add(doubtful.name());
                case ACCEPT -> {}
            }
        }
        var mayBePassed = passedBy.size() > inDoubt;
        if (rule.isEmpty()) {
            return Optional.empty();
        }
        var decisive = rule.get();
        return switch (decisive.action()) {
            case ACCEPT ->
                Optional.<Verdict>of(new Allowed(
                                direction, Optional.of(decisive.name()), passedBy, Optional.empty(), version))
                        .filter(_ -> !mayBePassed);
            case DENY -> Optional.of(denied(decisive, passedBy, "it denies what it matches", version));
            case PASS -> {
                passedBy.add(decisive.name());
                yield Optional.empty();
            }
        };
    }

    private Verdict denied(CompiledRule rule, List<RuleName> passedBy, String why, String version) {
        return new Denied(
                direction,
                List.of(),
                Optional.of(rule.name()),
                passedBy,
                new Reason(() -> rule.unknown()
                        .map(field -> "it denies everything, as its '" + field + "' cannot be judged here")
                        .orElse(why)),
                version);
    }

    private Verdict askNamespace(Flow flow, List<RuleName> passedBy, String version) {
        return namespaced
                .first(flow)
                .<Verdict>map(
                        rule -> new Allowed(direction, Optional.of(rule.name()), passedBy, Optional.empty(), version))
                .orElseGet(() -> new Denied(
                        direction,
                        namespaced.names(),
                        Optional.empty(),
                        passedBy,
                        new Reason(() -> NearestMiss.describe(direction, namespaced.policies(), flow)),
                        version));
    }

    /// The verdict, or the permission that it is where policies are only audited.
    Verdict enforced(PolicyScope scope, Verdict verdict) {
        return verdict instanceof Denied denied && scope.modeOf(namespace) == PolicyMode.AUDIT
                ? new Allowed(
                        direction, Optional.empty(), denied.passedBy(), Optional.of(denied), denied.policyVersion())
                : verdict;
    }
}
