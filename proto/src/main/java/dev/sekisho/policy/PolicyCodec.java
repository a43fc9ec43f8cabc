package dev.sekisho.policy;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.Policy.Rule;
import dev.sekisho.policy.v1.Peer;
import dev.sekisho.policy.v1.PortMatch;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// A [Policy] as the message `sekisho.policy.v1.Policy` and back.
///
/// Reading is strict. The message ends with a digest of its content; what was understood is written again and must have
/// the same one. So a message that was cut short, damaged, or written by a newer version with something in it that is
/// unknown here is an error, and never a rule that is wider than it was meant.
public final class PolicyCodec {
    private PolicyCodec() {}

    public static dev.sekisho.policy.v1.Policy toWire(Policy policy) {
        var message = dev.sekisho.policy.v1.Policy.newBuilder()
                .setNamespace(policy.name().namespace())
                .setName(policy.name().name())
                .setSubject(toWire(policy.subject()))
                .setIsolatesIngress(policy.isolates().contains(Direction.INGRESS))
                .setIsolatesEgress(policy.isolates().contains(Direction.EGRESS));
        policy.ingress().forEach(rule -> message.addIngress(toWire(rule)));
        policy.egress().forEach(rule -> message.addEgress(toWire(rule)));
        return message.setDigest(PolicyDigest.of(message.build())).build();
    }

    private static dev.sekisho.policy.v1.LabelSelector toWire(LabelSelector selector) {
        var message = dev.sekisho.policy.v1.LabelSelector.newBuilder().putAllMatchLabels(selector.matchLabels());
        for (var requirement : selector.matchExpressions()) {
            message.addMatchExpressionsBuilder()
                    .setKey(requirement.key())
                    .setOperator(toWire(requirement.operator()))
                    .addAllValues(requirement.values());
        }
        return message.build();
    }

    private static dev.sekisho.policy.v1.LabelSelector.Requirement.Operator toWire(Operator operator) {
        return switch (operator) {
            case IN -> dev.sekisho.policy.v1.LabelSelector.Requirement.Operator.OPERATOR_IN;
            case NOT_IN -> dev.sekisho.policy.v1.LabelSelector.Requirement.Operator.OPERATOR_NOT_IN;
            case EXISTS -> dev.sekisho.policy.v1.LabelSelector.Requirement.Operator.OPERATOR_EXISTS;
            case DOES_NOT_EXIST -> dev.sekisho.policy.v1.LabelSelector.Requirement.Operator.OPERATOR_DOES_NOT_EXIST;
        };
    }

    private static dev.sekisho.policy.v1.Rule toWire(Rule rule) {
        var message = dev.sekisho.policy.v1.Rule.newBuilder();
        rule.peers().forEach(peer -> message.addPeers(toWire(peer)));
        rule.ports().forEach(port -> message.addPorts(toWire(port)));
        return message.build();
    }

    private static Peer toWire(PeerSelector peer) {
        var message = Peer.newBuilder();
        switch (peer) {
            case PeerSelector.Pods pods -> {
                var selectors = message.getPodsBuilder();
                pods.namespaces().ifPresent(selector -> selectors.setNamespaces(toWire(selector)));
                pods.pods().ifPresent(selector -> selectors.setPods(toWire(selector)));
            }
            case PeerSelector.Block block ->
                message.getBlockBuilder()
                        .setCidr(block.cidr().toString())
                        .addAllExcept(
                                block.except().stream().map(Cidr::toString).toList());
        }
        return message.build();
    }

    private static PortMatch toWire(PortSelector port) {
        var message = PortMatch.newBuilder().setProtocol(port.transport().toWire());
        switch (port) {
            case PortSelector.AllPorts _ -> {}
            case PortSelector.PortRange range -> {
                message.setNumber(range.first());
                if (range.last() != range.first()) {
                    message.setEndPort(range.last());
                }
            }
            case PortSelector.NamedPort named -> message.setName(named.name());
        }
        return message.build();
    }

    /// @throws IllegalArgumentException naming policy and field when anything in the message is missing, unknown or out
    ///     of range. [Policy#closed] is what may stand in for it.
    public static Policy fromWire(dev.sekisho.policy.v1.Policy message) {
        var name = new PolicyName(message.getNamespace(), message.getName());
        try {
            var policy = read(name, message);
            if (!toWire(policy).getDigest().equals(message.getDigest())) {
                throw new IllegalArgumentException(
                        "digest: the message is damaged or says something that this version does not know");
            }
            return policy;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("policy " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Policy read(PolicyName name, dev.sekisho.policy.v1.Policy message) {
        require(!name.namespace().isEmpty(), "namespace is missing");
        require(!name.name().isEmpty(), "name is missing");
        require(message.hasSubject(), "subject is missing");
        var isolates = EnumSet.noneOf(Direction.class);
        if (message.getIsolatesIngress()) {
            isolates.add(Direction.INGRESS);
        }
        if (message.getIsolatesEgress()) {
            isolates.add(Direction.EGRESS);
        }
        return new Policy(
                name,
                selector(message.getSubject(), "subject"),
                isolates,
                each(message.getIngressList(), "ingress", PolicyCodec::rule),
                each(message.getEgressList(), "egress", PolicyCodec::rule));
    }

    private static Rule rule(dev.sekisho.policy.v1.Rule message, String field) {
        return new Rule(
                each(message.getPeersList(), field + ".peers", PolicyCodec::peer),
                each(message.getPortsList(), field + ".ports", PolicyCodec::port));
    }

    private static PeerSelector peer(Peer message, String field) {
        return switch (message.getKindCase()) {
            case PODS -> {
                var pods = message.getPods();
                yield new PeerSelector.Pods(
                        pods.hasNamespaces()
                                ? Optional.of(selector(pods.getNamespaces(), field + ".pods.namespaces"))
                                : Optional.empty(),
                        pods.hasPods()
                                ? Optional.of(selector(pods.getPods(), field + ".pods.pods"))
                                : Optional.empty());
            }
            case BLOCK -> {
                var block = message.getBlock();
                yield new PeerSelector.Block(
                        cidr(block.getCidr(), field + ".block.cidr"),
                        each(block.getExceptList(), field + ".block.except", PolicyCodec::cidr));
            }
            case KIND_NOT_SET -> throw new IllegalArgumentException(field + " is of no known kind");
        };
    }

    private static PortSelector port(PortMatch message, String field) {
        var transport = at(field + ".protocol", () -> Transport.of(message.getProtocol()));
        return switch (message.getPortCase()) {
            case PORT_NOT_SET -> new PortSelector.AllPorts(transport);
            case NUMBER -> {
                var last = message.getEndPort() == 0 ? message.getNumber() : message.getEndPort();
                yield at(field, () -> new PortSelector.PortRange(transport, message.getNumber(), last));
            }
            case NAME -> at(field + ".name", () -> new PortSelector.NamedPort(transport, message.getName()));
        };
    }

    private static LabelSelector selector(dev.sekisho.policy.v1.LabelSelector message, String field) {
        return new LabelSelector(
                message.getMatchLabelsMap(),
                each(message.getMatchExpressionsList(), field + ".match_expressions", PolicyCodec::requirement));
    }

    private static Requirement requirement(dev.sekisho.policy.v1.LabelSelector.Requirement message, String field) {
        var operator = switch (message.getOperator()) {
            case OPERATOR_IN -> Operator.IN;
            case OPERATOR_NOT_IN -> Operator.NOT_IN;
            case OPERATOR_EXISTS -> Operator.EXISTS;
            case OPERATOR_DOES_NOT_EXIST -> Operator.DOES_NOT_EXIST;
            case OPERATOR_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(field + ".operator is unknown: " + message.getOperatorValue());
        };
        return at(field, () -> new Requirement(message.getKey(), operator, message.getValuesList()));
    }

    private static Cidr cidr(String text, String field) {
        return at(field, () -> Cidr.parse(text));
    }

    private static <M, T> List<T> each(List<M> messages, String field, BiFunction<M, String, T> read) {
        var all = new ArrayList<T>(messages.size());
        for (var message : messages) {
            all.add(read.apply(message, field + "[" + all.size() + "]"));
        }
        return all;
    }

    private static <T> T at(String field, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
