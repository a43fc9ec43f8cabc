package dev.sekisho.policy.codec;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.v1.Peer;
import dev.sekisho.policy.v1.PortMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// The selectors of a policy as messages and back; for [PolicyCodec].
final class SelectorCodec {
    private SelectorCodec() {}

    static dev.sekisho.policy.v1.LabelSelector toWire(LabelSelector selector) {
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

    static Peer toWire(PeerSelector peer) {
        var message = Peer.newBuilder();
        switch (peer) {
            case PeerSelector.Pods pods -> {
                var selectors = message.getPodsBuilder();
                pods.namespaces().ifPresent(selector -> selectors.setNamespaces(toWire(selector)));
                pods.pods().ifPresent(selector -> selectors.setPods(toWire(selector)));
                pods.clusters().ifPresent(selector -> selectors.setClusters(toWire(selector)));
                pods.serviceAccounts().stream().sorted().forEach(selectors::addServiceAccounts);
            }
            case PeerSelector.Block block -> {
                var addresses = message.getBlockBuilder()
                        .setCidr(block.cidr().toString())
                        .addAllExcept(
                                block.except().stream().map(Cidr::toString).toList());
                block.clusters().ifPresent(selector -> addresses.setClusters(toWire(selector)));
            }
            case PeerSelector.Unjudged unjudged -> message.setUnknown(unjudged.field());
        }
        return message.build();
    }

    static PortMatch toWire(PortSelector port) {
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

    static PeerSelector peer(Peer message, String field) {
        return switch (message.getKindCase()) {
            case PODS -> {
                var pods = message.getPods();
                yield new PeerSelector.Pods(
                        optional(pods.hasClusters(), pods.getClusters(), field + ".pods.clusters"),
                        optional(pods.hasNamespaces(), pods.getNamespaces(), field + ".pods.namespaces"),
                        optional(pods.hasPods(), pods.getPods(), field + ".pods.pods"),
                        Set.copyOf(pods.getServiceAccountsList()));
            }
            case BLOCK -> {
                var block = message.getBlock();
                yield new PeerSelector.Block(
                        cidr(block.getCidr(), field + ".block.cidr"),
                        each(block.getExceptList(), field + ".block.except", SelectorCodec::cidr),
                        optional(block.hasClusters(), block.getClusters(), field + ".block.clusters"));
            }
            case UNKNOWN -> new PeerSelector.Unknown(message.getUnknown());
            case KIND_NOT_SET -> throw new IllegalArgumentException(field + " is of no known kind");
        };
    }

    private static Optional<LabelSelector> optional(
            boolean given, dev.sekisho.policy.v1.LabelSelector message, String field) {
        return given ? Optional.of(selector(message, field)) : Optional.empty();
    }

    static PortSelector port(PortMatch message, String field) {
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

    static LabelSelector selector(dev.sekisho.policy.v1.LabelSelector message, String field) {
        return new LabelSelector(
                message.getMatchLabelsMap(),
                each(message.getMatchExpressionsList(), field + ".match_expressions", SelectorCodec::requirement));
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

    static <M, T> List<T> each(List<M> messages, String field, BiFunction<M, String, T> read) {
        var all = new ArrayList<T>(messages.size());
        for (var message : messages) {
            all.add(read.apply(message, field + "[" + all.size() + "]"));
        }
        return all;
    }

    static <T> T at(String field, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }
}
