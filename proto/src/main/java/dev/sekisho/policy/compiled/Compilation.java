package dev.sekisho.policy.compiled;

import static java.util.Comparator.comparing;

import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Policies compiled, and grouped as they are asked. Immutable; any thread.
///
/// A compilation is made from the one before: policies that have not changed are not compiled again, and groups in
/// which nothing has changed stay the same objects, with all they remember.
final class Compilation {
    static final Compilation EMPTY = new Compilation(new TreeMap<>(), Map.of(), PolicyDigest.NONE);

    private final SortedMap<PolicyName, Compiled> policies;
    private final Map<GroupKey, PolicyGroup> groups;
    private final PolicyDigest digest;
    private final boolean asksForAddresses;

    /// @param asksForAddresses whether a peer is a block of addresses
    private record Compiled(
            Policy policy, PolicyDigest digest, Map<Direction, CompiledPolicy> directions, boolean asksForAddresses) {
        static Compiled of(Policy policy) {
            var directions = new EnumMap<Direction, CompiledPolicy>(Direction.class);
            for (var direction : Direction.values()) {
                if (policy.governs(direction)) {
                    directions.put(direction, CompiledPolicy.of(policy, direction));
                }
            }
            var asksForAddresses = directions.values().stream()
                    .flatMap(compiled -> compiled.rules().stream())
                    .flatMap(rule -> rule.peers().stream())
                    .anyMatch(CompiledPeer.Block.class::isInstance);
            return new Compiled(policy, PolicyDigest.of(policy), directions, asksForAddresses);
        }
    }

    /// @param tier empty for the policies of a namespace
    private record GroupKey(Direction direction, Optional<Tier> tier, String namespace) {
        static GroupKey of(Policy policy, Direction direction) {
            return switch (policy) {
                case NamespacedPolicy namespaced ->
                    new GroupKey(direction, Optional.empty(), namespaced.name().namespace());
                case ClusterPolicy cluster -> new GroupKey(direction, Optional.of(cluster.tier()), "");
            };
        }
    }

    private Compilation(
            SortedMap<PolicyName, Compiled> policies, Map<GroupKey, PolicyGroup> groups, PolicyDigest digest) {
        this.policies = policies;
        this.groups = groups;
        this.digest = digest;
        this.asksForAddresses = policies.values().stream().anyMatch(Compiled::asksForAddresses);
    }

    /// These policies instead; the same object when they are the same.
    Compilation with(Collection<? extends Policy> wanted) {
        // In name order, so that of several rules that allow a flow always the same one is named.
        var next = new TreeMap<PolicyName, Compiled>();
        var changed = new ArrayList<Compiled>();
        var replaced = new HashSet<PolicyName>();
        var nextDigest = digest;
        for (var policy : wanted) {
            var held = Optional.ofNullable(policies.get(policy.name())).filter(known -> known.policy.equals(policy));
            var compiled = held.orElseGet(() -> Compiled.of(policy));
            if (next.put(policy.name(), compiled) != null) {
                throw new IllegalArgumentException("there are two policies " + policy.name());
            }
            if (held.isEmpty()) {
                replaced.add(policy.name());
                changed.add(compiled);
                nextDigest = nextDigest.plus(compiled.digest);
            }
        }
        for (var held : policies.values()) {
            var name = held.policy.name();
            if (replaced.contains(name) || !next.containsKey(name)) {
                changed.add(held);
                nextDigest = nextDigest.minus(held.digest);
            }
        }
        return changed.isEmpty() ? this : new Compilation(next, regrouped(next, changed), nextDigest);
    }

    private Map<GroupKey, PolicyGroup> regrouped(SortedMap<PolicyName, Compiled> next, List<Compiled> changed) {
        var members = new HashMap<GroupKey, List<Compiled>>();
        for (var compiled : changed) {
            for (var direction : compiled.directions.keySet()) {
                members.computeIfAbsent(GroupKey.of(compiled.policy, direction), _ -> new ArrayList<>());
            }
        }
        for (var compiled : next.values()) {
            for (var direction : compiled.directions.keySet()) {
                Optional.ofNullable(members.get(GroupKey.of(compiled.policy, direction)))
                        .ifPresent(group -> group.add(compiled));
            }
        }
        var regrouped = new HashMap<>(groups);
        members.forEach((key, group) -> {
            if (group.isEmpty()) {
                regrouped.remove(key);
            } else {
                regrouped.put(key, group(key.direction, group));
            }
        });
        return regrouped;
    }

    private static PolicyGroup group(Direction direction, List<Compiled> members) {
        // Of one tier, by priority; otherwise they stay in name order.
        return new PolicyGroup(members.stream()
                .sorted(comparing(compiled -> compiled.policy instanceof ClusterPolicy policy ? policy.priority() : 0))
                .map(compiled -> Objects.requireNonNull(compiled.directions.get(direction)))
                .toList());
    }

    PolicyGroup ofNamespace(Direction direction, String namespace) {
        return groups.getOrDefault(new GroupKey(direction, Optional.empty(), namespace), PolicyGroup.EMPTY);
    }

    PolicyGroup ofTier(Direction direction, Tier tier) {
        return groups.getOrDefault(new GroupKey(direction, Optional.of(tier), ""), PolicyGroup.EMPTY);
    }

    /// In name order.
    List<Policy> policies() {
        return policies.values().stream().map(Compiled::policy).toList();
    }

    PolicyDigest digest() {
        return digest;
    }

    /// Whether it may matter which address a pod has.
    boolean asksForAddresses() {
        return asksForAddresses;
    }
}
