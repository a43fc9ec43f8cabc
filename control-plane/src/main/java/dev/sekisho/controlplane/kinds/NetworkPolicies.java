package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyName;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `networking.k8s.io/v1` NetworkPolicy.
public final class NetworkPolicies {
    private NetworkPolicies() {}

    public static List<FieldProblem> problems(NetworkPolicy policy, Origin origin) {
        return NetworkPolicyCheck.problems(policy, origin);
    }

    /// The policy with the defaults that an API server fills in.
    ///
    /// @param policy without problems
    public static NamespacedPolicy policy(NetworkPolicy policy) {
        var metadata = policy.getMetadata();
        var spec = Objects.requireNonNullElseGet(policy.getSpec(), NetworkPolicySpec::new);
        return new NamespacedPolicy(
                new PolicyName(Metadata.namespace(metadata), metadata.getName()),
                PolicyFields.selector(spec.getPodSelector()).orElse(LabelSelector.EVERYTHING),
                PolicyFields.isolates(
                        spec.getPolicyTypes(), !orEmpty(spec.getEgress()).isEmpty()),
                orEmpty(spec.getIngress()).stream()
                        .map(rule -> rule(rule.getFrom(), rule.getPorts()))
                        .toList(),
                orEmpty(spec.getEgress()).stream()
                        .map(rule -> rule(rule.getTo(), rule.getPorts()))
                        .toList());
    }

    private static Rule rule(@Nullable List<NetworkPolicyPeer> peers, @Nullable List<NetworkPolicyPort> ports) {
        return new Rule(orEmpty(peers).stream().map(NetworkPolicies::peer).toList(), PolicyFields.ports(ports));
    }

    private static PeerSelector peer(NetworkPolicyPeer peer) {
        return Optional.ofNullable(peer.getIpBlock())
                .<PeerSelector>map(
                        block -> new PeerSelector.Block(Cidr.parse(block.getCidr()), PolicyFields.excepted(block)))
                .orElseGet(() -> new PeerSelector.Pods(
                        PolicyFields.selector(peer.getNamespaceSelector()),
                        PolicyFields.selector(peer.getPodSelector())));
    }
}
