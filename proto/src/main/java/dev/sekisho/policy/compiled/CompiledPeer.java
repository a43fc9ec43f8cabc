package dev.sekisho.policy.compiled;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PeerSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// A peer of a rule, ready to be matched.
sealed interface CompiledPeer {
    boolean matches(Flow flow);

    /// Whether it matches, or would if all were known of the other end.
    boolean mayMatch(Flow flow);

    /// What the other end must have for this peer to match: of each list at least one. Any of the lists may serve to
    /// find the peer.
    List<List<Trait>> traits();

    /// What the other end must not have: with any one of these it does not match.
    List<Trait> refusals();

    /// Something of the other end by which rules can be looked up.
    sealed interface Trait {
        /// Whose labels are meant.
        enum Owner {
            CLUSTER,
            NAMESPACE,
            POD
        }

        record Label(Owner owner, String key, String value) implements Trait {}

        /// A label of whatever value.
        record Key(Owner owner, String key) implements Trait {}

        record ServiceAccount(String name) implements Trait {}

        record Network(Cidr cidr) implements Trait {}
    }

    /// @param policyNamespace where pods are when a peer names no namespaces
    static CompiledPeer of(PeerSelector selector, String policyNamespace) {
        return switch (selector) {
            case PeerSelector.Block block ->
                new Block(block.cidr(), block.except(), block.clusters().map(CompiledSelector::new));
            case PeerSelector.Pods pods -> {
                var namespaces = new CompiledSelector(pods.namespaces().orElseGet(() -> named(policyNamespace)));
                yield new Pods(
                        pods.clusters().map(CompiledSelector::new),
                        namespaces,
                        new CompiledSelector(pods.pods().orElse(LabelSelector.EVERYTHING)),
                        pods.serviceAccounts(),
                        namespaces.mentions(PolicySet.CLUSTER_LABEL));
            }
            case PeerSelector.Unjudged unjudged ->
                throw new IllegalArgumentException(unjudged.field() + " cannot be matched");
        };
    }

    private static LabelSelector named(String namespace) {
        return new LabelSelector(Map.of(KnownLabels.NAMESPACE_NAME_LABEL, namespace), List.of());
    }

    /// @param namesCluster whether the namespace selector mentions the cluster
    record Pods(
            Optional<CompiledSelector> clusters,
            CompiledSelector namespaces,
            CompiledSelector pods,
            Set<String> serviceAccounts,
            boolean namesCluster)
            implements CompiledPeer {
        @Override
        public boolean matches(Flow flow) {
            if (flow.identity().isEmpty()) {
                return false;
            }
            var identity = flow.identity().get();
            return reaches(flow)
                    && namespaces.matches(identity.namespace())
                    && pods.matches(identity.pod())
                    && hasServiceAccount(identity);
        }

        @Override
        public boolean mayMatch(Flow flow) {
            return reaches(flow)
                    && flow.identity()
                            .filter(identity -> namespaces.mayMatch(identity.namespace())
                                    && pods.mayMatch(identity.pod())
                                    && (identity.serviceAccount().isEmpty() || hasServiceAccount(identity)))
                            .isPresent();
        }

        /// Whether the other end's cluster is meant.
        boolean reaches(Flow flow) {
            return clusters.isPresent() ? clusters.get().matches(flow.cluster()) : flow.isLocal() || namesCluster;
        }

        boolean hasServiceAccount(Flow.Identity identity) {
            return serviceAccounts.isEmpty()
                    || (identity.serviceAccount().isPresent()
                            && serviceAccounts.contains(
                                    identity.serviceAccount().get()));
        }

        @Override
        public List<List<Trait>> traits() {
            var accounts = serviceAccounts.stream()
                    .<Trait>map(Trait.ServiceAccount::new)
                    .toList();
            return Stream.concat(
                            bySelector((owner, selector) -> selector.traits(owner)),
                            accounts.isEmpty() ? Stream.of() : Stream.of(accounts))
                    .toList();
        }

        @Override
        public List<Trait> refusals() {
            return bySelector((owner, selector) -> selector.refusals(owner)).toList();
        }

        private <T> Stream<T> bySelector(BiFunction<Trait.Owner, CompiledSelector, Stream<T>> traits) {
            return Stream.of(
                            clusters.stream().flatMap(selector -> traits.apply(Trait.Owner.CLUSTER, selector)),
                            traits.apply(Trait.Owner.NAMESPACE, namespaces),
                            traits.apply(Trait.Owner.POD, pods))
                    .flatMap(found -> found);
        }
    }

    record Block(Cidr cidr, List<Cidr> except, Optional<CompiledSelector> clusters) implements CompiledPeer {
        @Override
        public boolean matches(Flow flow) {
            if (flow.address().isEmpty() || !reaches(flow)) {
                return false;
            }
            var address = flow.address().get();
            if (!cidr.contains(address)) {
                return false;
            }
            for (var hole : except) {
                if (hole.contains(address)) {
                    return false;
                }
            }
            return true;
        }

        /// Addresses of other clusters are only meant where it says so, so what is not known of one is nothing to it.
        @Override
        public boolean mayMatch(Flow flow) {
            return matches(flow);
        }

        boolean reaches(Flow flow) {
            return clusters.isPresent() ? clusters.get().matches(flow.cluster()) : flow.isLocal();
        }

        @Override
        public List<List<Trait>> traits() {
            return List.of(List.of(new Trait.Network(cidr.masked())));
        }

        @Override
        public List<Trait> refusals() {
            return List.of();
        }
    }
}
