package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PortSelector;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the kinds of policies have in common: checks of fields, and their reading once they are without problems.
final class PolicyFields {
    private static final Set<String> POLICY_TYPES = Set.of("Ingress", "Egress");

    private PolicyFields() {}

    static void checkTypes(FieldProblems problems, String field, @Nullable List<String> given) {
        var types = orEmpty(given);
        problems.require(types.size() <= 2, field, "must be at most 2, got " + types.size());
        for (var i = 0; i < types.size(); i++) {
            problems.oneOf(POLICY_TYPES, field + "[" + i + "]", types.get(i));
        }
    }

    // Without policyTypes a policy always isolates for ingress, even one that has only egress rules.
    static Set<Direction> isolates(@Nullable List<String> given, boolean hasEgressRules) {
        var types = orEmpty(given);
        var isolates = EnumSet.noneOf(Direction.class);
        if (types.isEmpty() || types.contains("Ingress")) {
            isolates.add(Direction.INGRESS);
        }
        if (types.isEmpty() ? hasEgressRules : types.contains("Egress")) {
            isolates.add(Direction.EGRESS);
        }
        return isolates;
    }

    static void checkBlock(FieldProblems problems, String field, IPBlock block) {
        problems.noMoreFields(field, block.getAdditionalProperties());
        var cidr = checkCidr(problems, field + ".cidr", block.getCidr());
        var index = 0;
        for (var text : orEmpty(block.getExcept())) {
            var exceptField = field + ".except[" + index++ + "]";
            var except = checkCidr(problems, exceptField, text);
            if (cidr.isPresent() && except.isPresent()) {
                problems.require(
                        cidr.get().contains(except.get().address())
                                && cidr.get().prefixLength() < except.get().prefixLength(),
                        exceptField,
                        "must be a strict subset of cidr " + cidr.get() + ", got " + except.get());
            }
        }
    }

    static Optional<Cidr> checkCidr(FieldProblems problems, String field, @Nullable String text) {
        try {
            var cidr = Cidr.parse(text == null ? "" : text);
            if (problems.isOfFile()) {
                var network = Cidr.of(cidr.address(), cidr.prefixLength());
                problems.require(
                        network.equals(cidr),
                        field,
                        "must not have bits set beyond the prefix length: " + network + " is meant, got '" + text
                                + "'");
                problems.require(
                        text != null && text.endsWith("/" + cidr.prefixLength()),
                        field,
                        "must not have a leading 0 in the prefix length, got '" + text + "'");
            }
            return Optional.of(cidr);
        } catch (IllegalArgumentException e) {
            problems.add(field, "must be a CIDR such as 192.0.2.0/24 or 2001:db8::/32, got '" + text + "'");
            return Optional.empty();
        }
    }

    static List<Cidr> excepted(IPBlock block) {
        return orEmpty(block.getExcept()).stream().map(Cidr::parse).toList();
    }

    static void checkPorts(FieldProblems problems, String field, @Nullable List<NetworkPolicyPort> ports) {
        var index = 0;
        for (var port : orEmpty(ports)) {
            checkPort(problems, field + "[" + index++ + "]", port);
        }
    }

    private static void checkPort(FieldProblems problems, String field, NetworkPolicyPort port) {
        problems.noMoreFields(field, port.getAdditionalProperties());
        problems.oneOf(Ports.PROTOCOLS, field + ".protocol", port.getProtocol());
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

    static List<PortSelector> ports(@Nullable List<NetworkPolicyPort> ports) {
        return orEmpty(ports).stream().map(PolicyFields::port).toList();
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

    static Optional<LabelSelector> selector(io.fabric8.kubernetes.api.model.@Nullable LabelSelector selector) {
        return Optional.ofNullable(selector).map(LabelSelectors::selector);
    }
}
