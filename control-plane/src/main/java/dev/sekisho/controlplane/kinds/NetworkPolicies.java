package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `networking.k8s.io/v1` NetworkPolicy.
public final class NetworkPolicies {
    private NetworkPolicies() {}

    public static List<FieldProblem> problems(NetworkPolicy policy) {
        return NetworkPolicyCheck.problems(policy);
    }

    /// The policy with the defaults that an API server fills in.
    ///
    /// @param policy without problems
    public static NamespacedPolicy policy(NetworkPolicy policy) {
        var metadata = policy.getMetadata();
        var spec = Objects.requireNonNullElseGet(policy.getSpec(), NetworkPolicySpec::new);
        return new NamespacedPolicy(
                new PolicyName(Metadata.namespace(metadata), metadata.getName()),
                selector(spec.getPodSelector()).orElse(dev.sekisho.policy.LabelSelector.EVERYTHING),
                isolates(spec),
                orEmpty(spec.getIngress()).stream()
                        .map(rule -> rule(rule.getFrom(), rule.getPorts()))
                        .toList(),
                orEmpty(spec.getEgress()).stream()
                        .map(rule -> rule(rule.getTo(), rule.getPorts()))
                        .toList());
    }

    // Without policyTypes a policy always isolates for ingress, even one that has only egress rules.
    private static Set<Direction> isolates(NetworkPolicySpec spec) {
        var types = orEmpty(spec.getPolicyTypes());
        var isolates = EnumSet.noneOf(Direction.class);
        if (types.isEmpty() || types.contains("Ingress")) {
            isolates.add(Direction.INGRESS);
        }
        if (types.isEmpty() ? !orEmpty(spec.getEgress()).isEmpty() : types.contains("Egress")) {
            isolates.add(Direction.EGRESS);
        }
        return isolates;
    }

    private static Rule rule(@Nullable List<NetworkPolicyPeer> peers, @Nullable List<NetworkPolicyPort> ports) {
        return new Rule(
                orEmpty(peers).stream().map(NetworkPolicies::peer).toList(),
                orEmpty(ports).stream().map(NetworkPolicies::port).toList());
    }

    private static PeerSelector peer(NetworkPolicyPeer peer) {
        return Optional.ofNullable(peer.getIpBlock())
                .map(NetworkPolicies::block)
                .orElseGet(() ->
                        new PeerSelector.Pods(selector(peer.getNamespaceSelector()), selector(peer.getPodSelector())));
    }

    private static PeerSelector block(IPBlock block) {
        return new PeerSelector.Block(
                Cidr.parse(block.getCidr()),
                orEmpty(block.getExcept()).stream().map(Cidr::parse).toList());
    }

    private static PortSelector port(NetworkPolicyPort port) {
        var transport = Ports.transport(port.getProtocol());
        if (port.getPort() == null) {
            return new PortSelector.AllPorts(transport);
        }
        var number = port.getPort().getIntVal();
        if (number == null) {
            return new PortSelector.NamedPort(transport, port.getPort().getStrVal());
        }
        return new PortSelector.PortRange(transport, number, Objects.requireNonNullElse(port.getEndPort(), number));
    }

    private static Optional<dev.sekisho.policy.LabelSelector> selector(
            io.fabric8.kubernetes.api.model.@Nullable LabelSelector selector) {
        return Optional.ofNullable(selector).map(LabelSelectors::selector);
    }
}
