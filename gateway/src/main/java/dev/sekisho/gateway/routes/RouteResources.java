package dev.sekisho.gateway.routes;

import com.google.common.collect.Iterables;
import dev.sekisho.feed.RouteKey;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The feed's resources by key, each read once: what updates apply to and what route tables are made of. Immutable;
/// an update costs the reading of what it brings and a copy of the map.
///
/// Reading is strict, and all or nothing: see [UnreadableRoutesException].
public final class RouteResources {
    private static final String CLUSTER = new RouteKey.Cluster().text();

    public static final RouteResources NONE = new RouteResources(Map.of(), Optional.empty(), Optional.empty());

    private final Map<String, Held> held;
    private final Optional<PolicySet> policies;
    private final Optional<Identities> identities;

    private RouteResources(Map<String, Held> held, Optional<PolicySet> policies, Optional<Identities> identities) {
        this.held = held;
        this.policies = policies;
        this.identities = identities;
    }

    /// These resources after an update.
    ///
    /// @param removedKeys of resources that are gone; a key that was not there is ignored
    /// @throws UnreadableRoutesException when a resource of the update cannot be read, or `cluster` is missing
    public RouteResources with(Collection<Resource> upserts, Collection<String> removedKeys)
            throws UnreadableRoutesException {
        var next = new HashMap<>(held);
        var problems = new ArrayList<String>();
        var touched = new ArrayList<RouteKey>();
        for (var key : removedKeys) {
            Optional.ofNullable(next.remove(key)).ifPresent(gone -> touched.add(gone.part.key()));
        }
        for (var resource : upserts) {
            try {
                var part = RoutePartReader.read(resource);
                next.put(resource.getKey(), new Held(resource, part));
                touched.add(part.key());
            } catch (IllegalArgumentException e) {
                problems.add(resource.getKey() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new UnreadableRoutesException(problems);
        }
        // The dearest steps; most updates are about pods, or about endpoints alone.
        var sameRules = touched.stream().noneMatch(RouteKey::changesRules);
        var samePods = touched.stream().noneMatch(RouteKey::changesPods);
        return new RouteResources(
                next,
                sameRules ? policies : Optional.of(compile(next, policies)),
                samePods ? identities : Optional.of(identify(next, identities)));
    }

    /// Of these resources those with one of `keys`.
    public RouteResources only(Collection<String> keys) {
        var kept = new HashMap<>(held);
        kept.keySet().retainAll(new HashSet<>(keys));
        return new RouteResources(kept, Optional.empty(), Optional.empty());
    }

    private static PolicySet compile(Map<String, Held> held, Optional<PolicySet> before)
            throws UnreadableRoutesException {
        var cluster = cluster(held);
        var memberLabels = new HashMap<ClusterName, Map<String, String>>();
        var modes = new HashMap<String, PolicyMode>();
        var rules = new ArrayList<Policy>();
        for (var entry : held.values()) {
            switch (entry.part) {
                case RoutePart.Rules(Policy policy) -> rules.add(policy);
                case RoutePart.Peer(RouteTable.Peer peer, var labels) -> memberLabels.put(peer.cluster(), labels);
                case RoutePart.Namespace(String name, var _, var mode) ->
                    mode.ifPresent(given -> modes.put(name, given));
                case RoutePart.Cluster _, RoutePart.Import _, RoutePart.Export _, RoutePart.Pod _ -> {}
            }
        }
        memberLabels.put(cluster.name(), cluster.labels());
        var scope = new PolicyScope(cluster.name(), memberLabels, cluster.policyMode(), modes);
        return before.map(policies -> policies.with(scope, rules)).orElseGet(() -> new PolicySet(scope, rules));
    }

    private static Identities identify(Map<String, Held> held, Optional<Identities> before)
            throws UnreadableRoutesException {
        return Identities.of(cluster(held).name(), Iterables.transform(held.values(), Held::part), before);
    }

    private static RoutePart.Cluster cluster(Map<String, Held> held) throws UnreadableRoutesException {
        var own = held.get(CLUSTER);
        if (own != null && own.part instanceof RoutePart.Cluster cluster) {
            return cluster;
        }
        throw new UnreadableRoutesException(List.of("cluster: is missing; a table must say whose it is"));
    }

    /// The resources as they came, to be stored.
    public List<Resource> wire() {
        return held.values().stream().map(Held::wire).toList();
    }

    /// The table these resources make.
    ///
    /// @throws UnreadableRoutesException when they do not fit together, such as a pod without its namespace
    public JoinedRoutes join(long version) throws UnreadableRoutesException {
        var cluster = cluster(held);
        var join = new RouteJoin(cluster, identities.orElse(Identities.NONE));
        held.values().forEach(entry -> join.add(entry.part));
        return join.finish(version, policies.orElseGet(() -> new PolicySet(cluster.name(), List.of())));
    }

    /// Whose resources these are; empty for [#NONE].
    public Optional<ClusterName> cluster() {
        return held.get(CLUSTER) instanceof Held(Resource _, RoutePart.Cluster own)
                ? Optional.of(own.name())
                : Optional.empty();
    }

    private record Held(Resource wire, RoutePart part) {}
}
