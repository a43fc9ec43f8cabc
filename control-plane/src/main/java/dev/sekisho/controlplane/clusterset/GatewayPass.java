package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.PortKey;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import java.util.List;

/// An extra NetworkPolicy to be written, because the cluster's own network would keep our gateways from pods that are
/// isolated by some policy: [Direction#INGRESS] lets gateways reach exported pods, [Direction#EGRESS] lets pods reach
/// the gateways. The gateways enforce the original policies.
///
/// @param name of the NetworkPolicy; the same cause has the same name each time
/// @param pods of the namespace
/// @param ports of the pods (ingress) or of the gateways (egress); empty means all
public record GatewayPass(String namespace, String name, Direction direction, LabelSelector pods, List<PortKey> ports) {
    public GatewayPass {
        ports = List.copyOf(ports);
    }
}
