package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.policy.Cidr;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an API server would refuse of a NetworkPolicy, and fields that are not known here: one of those could narrow a
/// rule, so leaving it out could widen it.
final class NetworkPolicyCheck {
    private static final Set<String> POLICY_TYPES = Set.of("Ingress", "Egress");

    private final FieldProblems problems = new FieldProblems();

    private NetworkPolicyCheck() {}

    static List<FieldProblem> problems(NetworkPolicy policy) {
        var check = new NetworkPolicyCheck();
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
            ports(field + ".ports", rule.getPorts());
        }
        index = 0;
        for (var rule : orEmpty(spec.getEgress())) {
            var field = "spec.egress[" + index++ + "]";
            problems.noMoreFields(field, rule.getAdditionalProperties());
            peers(field + ".to", rule.getTo());
            ports(field + ".ports", rule.getPorts());
        }
        var types = orEmpty(spec.getPolicyTypes());
        problems.require(types.size() <= 2, "spec.policyTypes", "must be at most 2, got " + types.size());
        for (var i = 0; i < types.size(); i++) {
            problems.oneOf(POLICY_TYPES, "spec.policyTypes[" + i + "]", types.get(i));
        }
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
            block(field + ".ipBlock", peer.getIpBlock());
        } else {
            problems.require(selects, field, "must have a podSelector, a namespaceSelector or an ipBlock");
        }
    }

    private void block(String field, IPBlock block) {
        problems.noMoreFields(field, block.getAdditionalProperties());
        var cidr = cidr(field + ".cidr", block.getCidr());
        var index = 0;
        for (var text : orEmpty(block.getExcept())) {
            var exceptField = field + ".except[" + index++ + "]";
            var except = cidr(exceptField, text);
            if (cidr.isPresent() && except.isPresent()) {
                problems.require(
                        cidr.get().contains(except.get().address())
                                && cidr.get().prefixLength() < except.get().prefixLength(),
                        exceptField,
                        "must be a strict subset of cidr " + cidr.get() + ", got " + except.get());
            }
        }
    }

    private Optional<Cidr> cidr(String field, @Nullable String text) {
        try {
            return Optional.of(Cidr.parse(text == null ? "" : text));
        } catch (IllegalArgumentException e) {
            problems.add(field, "must be a CIDR such as 192.0.2.0/24 or 2001:db8::/32, got '" + text + "'");
            return Optional.empty();
        }
    }

    private void ports(String field, @Nullable List<NetworkPolicyPort> ports) {
        var index = 0;
        for (var port : orEmpty(ports)) {
            port(field + "[" + index++ + "]", port);
        }
    }

    private void port(String field, NetworkPolicyPort port) {
        problems.noMoreFields(field, port.getAdditionalProperties());
        problems.protocol(field + ".protocol", port.getProtocol());
        var endPort = Optional.ofNullable(port.getEndPort());
        if (port.getPort() == null) {
            endPort.ifPresent(_ -> problems.add(field + ".endPort", "must not be given without a port"));
            return;
        }
        var number = port.getPort().getIntVal();
        var name = port.getPort().getStrVal();
        if (number != null) {
            problems.port(field + ".port", number);
            endPort.ifPresent(end -> {
                problems.port(field + ".endPort", end);
                problems.require(end >= number, field + ".endPort", "must be at least port " + number + ", got " + end);
            });
        } else {
            problems.portName(field + ".port", name == null ? "" : name);
            endPort.ifPresent(_ -> problems.add(field + ".endPort", "must not be given when port is a name"));
        }
    }
}
