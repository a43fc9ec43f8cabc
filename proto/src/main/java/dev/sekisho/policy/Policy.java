package dev.sekisho.policy;

import dev.sekisho.names.Ports;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What one policy object says, with its defaults filled in.
public sealed interface Policy permits NamespacedPolicy, ClusterPolicy {
    PolicyName name();

    /// Whether it has a say in that direction.
    boolean governs(Direction direction);

    /// Stands in for a policy that cannot be read: whatever that one says, it allows no more than this.
    static Policy closed(PolicyName name) {
        return switch (name.kind()) {
            case NETWORK_POLICY, CLUSTER_SET_NETWORK_POLICY -> NamespacedPolicy.closed(name);
            case CLUSTER_NETWORK_POLICY -> ClusterPolicy.closed(name);
        };
    }

    sealed interface PeerSelector {
        /// Pods by labels, all of which must hold. Without a namespace selector: pods of the policy's own namespace.
        /// Pods of other clusters only where clusters are named: by `clusters`, or by a namespace selector that
        /// mentions `sekisho.dev/cluster`.
        ///
        /// @param clusters over the labels of member clusters, the local one among them
        /// @param serviceAccounts any of these names; empty means any
        record Pods(
                Optional<LabelSelector> clusters,
                Optional<LabelSelector> namespaces,
                Optional<LabelSelector> pods,
                Set<String> serviceAccounts)
                implements PeerSelector {
            public Pods {
                serviceAccounts = Set.copyOf(serviceAccounts);
            }

            /// As in a NetworkPolicy.
            public Pods(Optional<LabelSelector> namespaces, Optional<LabelSelector> pods) {
                this(Optional.empty(), namespaces, pods, Set.of());
            }
        }

        /// Addresses, whoever owns them, as seen in the cluster that owns them: pod networks of clusters may overlap.
        ///
        /// @param clusters whose addresses are meant, by labels of clusters; absent means the local cluster's
        record Block(Cidr cidr, List<Cidr> except, Optional<LabelSelector> clusters) implements PeerSelector {
            public Block {
                except = List.copyOf(except);
            }

            /// As in a NetworkPolicy.
            public Block(Cidr cidr, List<Cidr> except) {
                this(cidr, except, Optional.empty());
            }
        }

        /// A part of a ClusterNetworkPolicy's rule that cannot be judged. The rule fails closed: one that accepts
        /// matches nothing; one that denies or passes denies everything.
        sealed interface Unjudged extends PeerSelector {
            /// What it is called in the object.
            String field();
        }

        /// What is not known here.
        record Unknown(String field) implements Unjudged {}

        /// The nodes of the policy's own cluster that have such labels. It is judged once
        /// [dev.sekisho.policy.compiled.Node#addressed] has put their addresses in its place.
        record Nodes(LabelSelector labels) implements Unjudged {
            @Override
            public String field() {
                return "nodes";
            }
        }
    }

    sealed interface PortSelector {
        Transport transport();

        record AllPorts(Transport transport) implements PortSelector {}

        /// @param last inclusive; equal to `first` for a single port
        record PortRange(Transport transport, int first, int last) implements PortSelector {
            public PortRange {
                Ports.require("port", first);
                Ports.require("endPort", last);
                if (last < first) {
                    throw new IllegalArgumentException("endPort must be at least port " + first + ", got " + last);
                }
            }
        }

        /// A container port's name, resolved on the destination pod in both directions.
        record NamedPort(Transport transport, String name) implements PortSelector {
            public NamedPort {
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("a named port needs its name");
                }
            }
        }
    }
}
