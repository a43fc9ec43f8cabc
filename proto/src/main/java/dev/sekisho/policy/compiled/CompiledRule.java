package dev.sekisho.policy.compiled;

import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.Verdict.RuleName;
import java.util.List;
import java.util.Optional;

/// One rule, with everything decided that does not depend on a flow.
///
/// @param peers empty means anyone
/// @param unknown what of the rule cannot be judged, so that it denies everyone
record CompiledRule(
        RuleName name, Action action, List<CompiledPeer> peers, List<PortSelector> ports, Optional<String> unknown) {

    static CompiledRule of(RuleName name, NamespacedPolicy.Rule rule) {
        var peers = rule.peers().stream()
                .map(peer -> CompiledPeer.of(peer, name.policy().namespace()))
                .toList();
        return new CompiledRule(name, Action.ACCEPT, peers, rule.ports(), Optional.empty());
    }

    /// Empty when the rule matches nothing. A rule with a peer that is unknown here fails closed, whoever else it
    /// names.
    static Optional<CompiledRule> of(RuleName name, TierRule rule) {
        var unknown = rule.peers().stream()
                .filter(PeerSelector.Unjudged.class::isInstance)
                .map(peer -> ((PeerSelector.Unjudged) peer).field())
                .findFirst();
        if (unknown.isPresent()) {
            return rule.action() == Action.ACCEPT
                    ? Optional.empty()
                    : Optional.of(new CompiledRule(name, Action.DENY, List.of(), List.of(), unknown));
        }
        var peers = rule.peers().stream().map(peer -> CompiledPeer.of(peer, "")).toList();
        return Optional.of(new CompiledRule(name, rule.action(), peers, rule.ports(), Optional.empty()));
    }

    boolean matches(Flow flow) {
        return matchesPort(flow) && matchesPeer(flow);
    }

    /// Whether it matches, or would if all were known of the other end.
    boolean mayMatch(Flow flow) {
        return matchesPort(flow) && (peers.isEmpty() || peers.stream().anyMatch(peer -> peer.mayMatch(flow)));
    }

    boolean matchesPort(Flow flow) {
        if (ports.isEmpty()) {
            return true;
        }
        for (var port : ports) {
            if (flow.isTo(port)) {
                return true;
            }
        }
        return false;
    }

    boolean matchesPeer(Flow flow) {
        if (peers.isEmpty()) {
            return true;
        }
        for (var peer : peers) {
            if (peer.matches(flow)) {
                return true;
            }
        }
        return false;
    }
}
