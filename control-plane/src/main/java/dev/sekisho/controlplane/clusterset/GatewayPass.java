package dev.sekisho.controlplane.clusterset;

import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PortSelector.PortRange;
import java.util.List;

/// An extra NetworkPolicy to be written, because the cluster's own network would keep our gateways from pods that are
/// isolated by some policy: [Direction#INGRESS] lets gateways reach exported pods, [Direction#EGRESS] lets pods reach
/// the gateways. The gateways enforce the original policies.
///
/// @param name of the NetworkPolicy, a DNS label; the same cause has the same name each time
/// @param pods of the namespace; only such as are isolated already, as a NetworkPolicy isolates whatever it selects
/// @param ports of the pods (ingress) or of the gateways (egress); at least one
public record GatewayPass(
        String namespace, String name, Direction direction, LabelSelector pods, List<PortRange> ports) {
    public GatewayPass {
        ports = List.copyOf(ports);
    }
}
