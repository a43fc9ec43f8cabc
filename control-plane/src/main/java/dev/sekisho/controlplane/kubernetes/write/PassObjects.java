package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.Policy.PortSelector.PortRange;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.List;
import java.util.Map;

/// The NetworkPolicies that let our gateways through to isolated pods, and isolated pods to our gateways. Plain
/// functions.
final class PassObjects {
    private final NetworkPolicyPeer gateways;
    private final List<OwnerReference> owner;

    /// @param owner with which all of them go
    PassObjects(Installation installation, List<OwnerReference> owner) {
        this.gateways = new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .withMatchLabels(Map.of("kubernetes.io/metadata.name", installation.namespace()))
                .endNamespaceSelector()
                .withNewPodSelector()
                .withMatchLabels(OwnObjects.GATEWAY_PODS)
                .endPodSelector()
                .build();
        this.owner = List.copyOf(owner);
    }

    NetworkPolicy policy(GatewayPass pass) {
        var ports = pass.ports().stream().map(PassObjects::port).toList();
        var policy = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(pass.namespace())
                .withName(pass.name())
                .addToLabels(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                .addToLabels(OwnObjects.GATEWAY_PASS, pass.direction() == Direction.INGRESS ? "ingress" : "egress")
                .withOwnerReferences(owner)
                .endMetadata()
                .withNewSpec()
                .withPodSelector(selector(pass.pods()));
        return switch (pass.direction()) {
            case INGRESS ->
                policy.withPolicyTypes("Ingress")
                        .addNewIngress()
                        .withFrom(gateways)
                        .withPorts(ports)
                        .endIngress()
                        .endSpec()
                        .build();
            case EGRESS ->
                policy.withPolicyTypes("Egress")
                        .addNewEgress()
                        .withTo(gateways)
                        .withPorts(ports)
                        .endEgress()
                        .endSpec()
                        .build();
        };
    }

    private static NetworkPolicyPort port(PortRange range) {
        var port = new NetworkPolicyPortBuilder()
                .withProtocol(range.transport().name())
                .withNewPort(range.first());
        if (range.last() > range.first()) {
            port.withEndPort(range.last());
        }
        return port.build();
    }

    private static io.fabric8.kubernetes.api.model.LabelSelector selector(LabelSelector of) {
        return new LabelSelectorBuilder()
                .withMatchLabels(of.matchLabels())
                .withMatchExpressions(of.matchExpressions().stream()
                        .map(PassObjects::requirement)
                        .toList())
                .build();
    }

    private static LabelSelectorRequirement requirement(Requirement of) {
        return new LabelSelectorRequirementBuilder()
                .withKey(of.key())
                .withOperator(word(of.operator()))
                .withValues(of.values())
                .build();
    }

    private static String word(Operator operator) {
        return switch (operator) {
            case IN -> "In";
            case NOT_IN -> "NotIn";
            case EXISTS -> "Exists";
            case DOES_NOT_EXIST -> "DoesNotExist";
        };
    }
}
