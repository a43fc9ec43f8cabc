package dev.sekisho.policy.compiled;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A node of the cluster, as far as a ClusterNetworkPolicy can be about it: it may lead to the addresses of nodes.
///
/// @param addresses all that the node's status tells, of either family
public record Node(Map<String, String> labels, List<InetAddress> addresses) {
    /// Stands for no address at all: a rule keeps its peer, and matches no one by it.
    private static final PeerSelector NO_ADDRESS = noAddress(Cidr.parse("0.0.0.0/32"));

    public Node {
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
    }

    private static PeerSelector noAddress(Cidr cidr) {
        return new PeerSelector.Block(cidr, List.of(cidr));
    }

    /// Puts the addresses of nodes in the place of every [PeerSelector.Nodes]; a policy without any is returned as it
    /// is. No cluster is without nodes, so none means that they are not known: nothing is replaced then, and the
    /// rules fail closed.
    public static List<Policy> addressed(Collection<Policy> policies, Collection<Node> nodes) {
        if (nodes.isEmpty()) {
            return List.copyOf(policies);
        }
        var selected = new HashMap<LabelSelector, List<PeerSelector>>();
        return policies.stream()
                .map(policy -> policy instanceof ClusterPolicy cluster ? addressed(cluster, nodes, selected) : policy)
                .toList();
    }

    /// @param selected what was found for a selector before
    private static Policy addressed(
            ClusterPolicy policy, Collection<Node> nodes, Map<LabelSelector, List<PeerSelector>> selected) {
        var changed = false;
        var rules = new ArrayList<TierRule>();
        for (var rule : policy.egress()) {
            var peers = new ArrayList<PeerSelector>();
            for (var peer : rule.peers()) {
                if (peer instanceof PeerSelector.Nodes(var labels)) {
                    changed = true;
                    peers.addAll(selected.computeIfAbsent(labels, each -> blocks(each, nodes)));
                } else {
                    peers.add(peer);
                }
            }
            rules.add(new TierRule(rule.name(), rule.action(), peers, rule.ports()));
        }
        return changed
                ? new ClusterPolicy(
                        policy.name(), policy.tier(), policy.priority(), policy.subject(), policy.ingress(), rules)
                : policy;
    }

    private static List<PeerSelector> blocks(LabelSelector labels, Collection<Node> nodes) {
        var compiled = new CompiledSelector(labels);
        var blocks = nodes.stream()
                .filter(node -> compiled.matches(new KnownLabels.OfPod(node.labels, true)))
                .flatMap(node -> node.addresses.stream())
                .distinct()
                .<PeerSelector>map(address ->
                        new PeerSelector.Block(new Cidr(address, address.getAddress().length * 8), List.of()))
                .toList();
        return blocks.isEmpty() ? List.of(NO_ADDRESS) : blocks;
    }
}
