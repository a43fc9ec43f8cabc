package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PortSelector.PortRange;
import dev.sekisho.policy.PolicyName;
import java.util.List;

/// An extra NetworkPolicy to be written, because the cluster's own network would keep our gateways from pods that are
/// isolated by some policy. The gateways enforce the original policies.
///
/// @param name of the NetworkPolicy, a DNS label; the same cause has the same name each time
/// @param cause for whom it is written, and who suffers without it
/// @param pods of the namespace; only such as are isolated already, as a NetworkPolicy isolates whatever it selects
/// @param ports of the pods (ingress) or of the gateways (egress); at least one
public record GatewayPass(String namespace, String name, Cause cause, LabelSelector pods, List<PortRange> ports) {
    public GatewayPass {
        ports = List.copyOf(ports);
    }

    /// What a pass is there for.
    public sealed interface Cause {
        /// Gateways are to reach the pods of a service of ours.
        record Exported(ServiceName service) implements Cause {}

        /// Pods that a policy isolates are to reach the gateways.
        record Isolated(PolicyName policy) implements Cause {}
    }

    /// As seen from the pods.
    public Direction direction() {
        return switch (cause) {
            case Cause.Exported _ -> Direction.INGRESS;
            case Cause.Isolated _ -> Direction.EGRESS;
        };
    }
}
