package dev.sekisho.policy;

import dev.sekisho.names.Ports;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One `networking.k8s.io/v1` NetworkPolicy with its defaults filled in.
///
/// @param subject which pods of the policy's namespace it isolates
/// @param isolates the directions it isolates them in (`policyTypes` after defaulting)
public record Policy(
        PolicyName name, LabelSelector subject, Set<Direction> isolates, List<Rule> ingress, List<Rule> egress) {
    public Policy {
        isolates = Set.copyOf(isolates);
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    /// Stands in for a policy that cannot be read: whatever that one says, it allows no more than this.
    public static Policy closed(PolicyName name) {
        return new Policy(
                name, LabelSelector.EVERYTHING, Set.of(Direction.INGRESS, Direction.EGRESS), List.of(), List.of());
    }

    /// @param peers any of these; empty means anyone, pod or not, of any cluster
    /// @param ports any of these; empty means every port of every protocol
    public record Rule(List<PeerSelector> peers, List<PortSelector> ports) {
        public Rule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }

    public sealed interface PeerSelector {
        /// Pods by labels. Without a namespace selector: pods of the policy's own namespace and cluster. Other clusters
        /// are selected only by a namespace selector that mentions `sekisho.dev/cluster`.
        record Pods(Optional<LabelSelector> namespaces, Optional<LabelSelector> pods) implements PeerSelector {}

        /// Addresses, whoever owns them; judged on addresses of the local cluster only.
        record Block(Cidr cidr, List<Cidr> except) implements PeerSelector {
            public Block {
                except = List.copyOf(except);
            }
        }
    }

    public sealed interface PortSelector {
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
