package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an API server would refuse of a NetworkPolicy, and fields that are not known here: one of those could narrow a
/// rule, so leaving it out could widen it.
final class NetworkPolicyCheck {
    private final FieldProblems problems;

    private NetworkPolicyCheck(Origin origin) {
        problems = new FieldProblems(origin);
    }

    static List<FieldProblem> problems(NetworkPolicy policy, Origin origin) {
        var check = new NetworkPolicyCheck(origin);
        Metadata.check(check.problems, policy.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        check.problems.noMoreFields("", policy.getAdditionalProperties());
        Optional.ofNullable(policy.getSpec()).ifPresent(check::spec);
        return check.problems.found();
    }

    private void spec(NetworkPolicySpec spec) {
        problems.noMoreFields("spec", spec.getAdditionalProperties());
        LabelSelectors.check(problems, "spec.podSelector", spec.getPodSelector());
        var index = 0;
        for (var rule : orEmpty(spec.getIngress())) {
            var field = "spec.ingress[" + index++ + "]";
            problems.noMoreFields(field, rule.getAdditionalProperties());
            peers(field + ".from", rule.getFrom());
            PolicyFields.checkPorts(problems, field + ".ports", rule.getPorts());
        }
        index = 0;
        for (var rule : orEmpty(spec.getEgress())) {
            var field = "spec.egress[" + index++ + "]";
            problems.noMoreFields(field, rule.getAdditionalProperties());
            peers(field + ".to", rule.getTo());
            PolicyFields.checkPorts(problems, field + ".ports", rule.getPorts());
        }
        PolicyFields.checkTypes(problems, "spec.policyTypes", spec.getPolicyTypes());
    }

    private void peers(String field, @Nullable List<NetworkPolicyPeer> peers) {
        var index = 0;
        for (var peer : orEmpty(peers)) {
            peer(field + "[" + index++ + "]", peer);
        }
    }

    private void peer(String field, NetworkPolicyPeer peer) {
        problems.noMoreFields(field, peer.getAdditionalProperties());
        var selects = peer.getPodSelector() != null || peer.getNamespaceSelector() != null;
        LabelSelectors.check(problems, field + ".podSelector", peer.getPodSelector());
        LabelSelectors.check(problems, field + ".namespaceSelector", peer.getNamespaceSelector());
        if (peer.getIpBlock() != null) {
            problems.require(!selects, field, "must not have both ipBlock and a selector");
            PolicyFields.checkBlock(problems, field + ".ipBlock", peer.getIpBlock());
        } else {
            problems.require(selects, field, "must have a podSelector, a namespaceSelector or an ipBlock");
        }
    }
}
