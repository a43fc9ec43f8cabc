package dev.sekisho.policy;

import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.Verdict.RuleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One direction of a policy, with everything decided that does not depend on a flow.
record CompiledPolicy(PolicyName name, CompiledSelector subject, List<Rule> rules) {

    static CompiledPolicy of(Policy policy, Direction direction, String version) {
        var source = direction == Direction.INGRESS ? policy.ingress() : policy.egress();
        var rules = new ArrayList<Rule>(source.size());
        for (var rule : source) {
            var name = new RuleName(policy.name(), rules.size());
            var peers = rule.peers().stream()
                    .map(peer -> Peer.of(peer, policy.name().namespace()))
                    .toList();
            rules.add(new Rule(peers, rule.ports(), new Verdict.Allowed(direction, Optional.of(name), version)));
        }
        return new CompiledPolicy(policy.name(), new CompiledSelector(policy.subject()), List.copyOf(rules));
    }

    boolean isolates(Endpoint.Pod pod) {
        return subject.matches(new KnownLabels.OfPod(pod.labels(), true));
    }

    /// @param allowed the verdict when it matches; made beforehand, as it is the same for every flow
    record Rule(List<Peer> peers, List<PortSelector> ports, Verdict.Allowed allowed) {
        boolean matches(Flow flow) {
            return matchesPort(flow) && matchesPeer(flow);
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

    sealed interface Peer {
        boolean matches(Flow flow);

        static Peer of(PeerSelector selector, String policyNamespace) {
            return switch (selector) {
                case PeerSelector.Block block -> new Block(block);
                case PeerSelector.Pods pods -> {
                    var namespaces = pods.namespaces().orElseGet(() -> named(policyNamespace));
                    var compiled = new CompiledSelector(namespaces);
                    yield new Pods(
                            compiled,
                            new CompiledSelector(pods.pods().orElse(LabelSelector.EVERYTHING)),
                            compiled.mentions(PolicySet.CLUSTER_LABEL));
                }
            };
        }

        private static LabelSelector named(String namespace) {
            return new LabelSelector(Map.of(KnownLabels.NAMESPACE_NAME_LABEL, namespace), List.of());
        }

        /// @param namesCluster whether pods of other clusters may match at all
        record Pods(CompiledSelector namespaces, CompiledSelector pods, boolean namesCluster) implements Peer {
            @Override
            public boolean matches(Flow flow) {
                return flow.identity()
                        .filter(identity -> (namesCluster || identity.isLocal())
                                && namespaces.matches(identity.namespace())
                                && pods.matches(identity.pod()))
                        .isPresent();
            }
        }

        record Block(PeerSelector.Block block) implements Peer {
            @Override
            public boolean matches(Flow flow) {
                return flow.address()
                        .filter(address -> block.cidr().contains(address)
                                && block.except().stream().noneMatch(hole -> hole.contains(address)))
                        .isPresent();
            }
        }
    }
}
