package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.EgressPeer;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.NamespacedPods;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.PortMatch;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Protocol;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Rule;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Spec;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an API server would refuse of a ClusterNetworkPolicy.
final class ClusterNetworkPolicyCheck {
    private static final Set<String> TIERS = Set.of("Admin", "Baseline");
    private static final Set<String> ACTIONS = Set.of("Accept", "Deny", "Pass");
    private static final int MOST = 25;
    private static final int LONGEST_RULE_NAME = 100;

    private final FieldProblems problems;

    private ClusterNetworkPolicyCheck(Origin origin) {
        problems = new FieldProblems(origin);
    }

    static List<FieldProblem> problems(ClusterNetworkPolicy policy, Origin origin) {
        var check = new ClusterNetworkPolicyCheck(origin);
        Metadata.check(check.problems, policy.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        Metadata.forbidNamespace(check.problems, policy.getMetadata());
        check.spec(Objects.requireNonNullElseGet(policy.getSpec(), Spec::new));
        return check.problems.found();
    }

    private void spec(Spec spec) {
        if (required("spec.tier", spec.tier)) {
            problems.oneOf(TIERS, "spec.tier", spec.tier);
        }
        if (required("spec.priority", spec.priority)) {
            var priority = Objects.requireNonNull(spec.priority);
            problems.require(
                    priority >= 0 && priority <= ClusterPolicy.MAX_PRIORITY,
                    "spec.priority",
                    "must be 0 to " + ClusterPolicy.MAX_PRIORITY + ", got " + priority);
        }
        if (required("spec.subject", spec.subject)) {
            peer("spec.subject", Objects.requireNonNull(spec.subject));
        }
        rules("spec.ingress", ".from", spec.ingress);
        rules("spec.egress", ".to", spec.egress);
    }

    private boolean required(String field, @Nullable Object value) {
        problems.require(value != null, field, "is required");
        return value != null;
    }

    private void rules(String field, String peers, @Nullable List<? extends Rule> rules) {
        var given = orEmpty(rules);
        problems.require(given.size() <= MOST, field, "must be at most " + MOST + ", got " + given.size());
        for (var i = 0; i < given.size(); i++) {
            rule(field + "[" + i + "]", peers, given.get(i));
        }
    }

    private void rule(String field, String peersField, Rule rule) {
        if (rule.name != null) {
            problems.require(
                    rule.name.length() <= LONGEST_RULE_NAME,
                    field + ".name",
                    "must be at most " + LONGEST_RULE_NAME + " characters, got " + rule.name.length());
        }
        if (required(field + ".action", rule.action)) {
            problems.oneOf(ACTIONS, field + ".action", rule.action);
        }
        var peers = orEmpty(rule.peers());
        some(field + peersField, peers);
        var named = orEmpty(rule.protocols).stream().anyMatch(protocol -> protocol.destinationNamedPort != null);
        for (var i = 0; i < peers.size(); i++) {
            var peerField = field + peersField + "[" + i + "]";
            peer(peerField, peers.get(i));
            if (peers.get(i) instanceof EgressPeer outside) {
                outside(peerField, outside, rule.action, named);
            }
        }
        if (rule.protocols != null) {
            some(field + ".protocols", rule.protocols);
            for (var i = 0; i < rule.protocols.size(); i++) {
                protocol(field + ".protocols[" + i + "]", rule.protocols.get(i));
            }
        }
    }

    private void some(String field, List<?> list) {
        problems.require(
                !list.isEmpty() && list.size() <= MOST, field, "must be 1 to " + MOST + ", got " + list.size());
    }

    /// A field that is not known here counts: it is what the object says.
    private void exactlyOne(String field, NewerFields part, String names, @Nullable Object... values) {
        var given = Stream.of(values).filter(Objects::nonNull).count()
                + part.newerFields().size();
        problems.require(given == 1, field, "must have exactly one of " + names + ", got " + given);
    }

    private void peer(String field, Subject peer) {
        if (peer instanceof EgressPeer outside) {
            exactlyOne(
                    field,
                    peer,
                    "namespaces, pods, networks, nodes, domainNames",
                    peer.namespaces,
                    peer.pods,
                    outside.networks,
                    outside.nodes,
                    outside.domainNames);
        } else {
            exactlyOne(field, peer, "namespaces, pods", peer.namespaces, peer.pods);
        }
        LabelSelectors.check(problems, field + ".namespaces", peer.namespaces);
        Optional.ofNullable(peer.pods).ifPresent(pods -> pods(field + ".pods", pods));
    }

    private void pods(String field, NamespacedPods pods) {
        required(field + ".namespaceSelector", pods.namespaceSelector);
        required(field + ".podSelector", pods.podSelector);
        LabelSelectors.check(problems, field + ".namespaceSelector", pods.namespaceSelector);
        LabelSelectors.check(problems, field + ".podSelector", pods.podSelector);
    }

    private void outside(String field, EgressPeer peer, @Nullable String action, boolean named) {
        LabelSelectors.check(problems, field + ".nodes", peer.nodes);
        if (peer.networks != null) {
            some(field + ".networks", peer.networks);
            for (var i = 0; i < peer.networks.size(); i++) {
                PolicyFields.checkCidr(problems, field + ".networks[" + i + "]", peer.networks.get(i));
            }
        }
        if (peer.domainNames != null) {
            some(field + ".domainNames", peer.domainNames);
            problems.require(
                    "Accept".equals(action),
                    field + ".domainNames",
                    "must not be given in a rule that does not Accept");
        }
        problems.require(
                !named || (peer.networks == null && peer.nodes == null && peer.domainNames == null),
                field,
                "must be namespaces or pods in a rule with a destinationNamedPort");
    }

    private void protocol(String field, Protocol protocol) {
        exactlyOne(
                field,
                protocol,
                "tcp, udp, sctp, destinationNamedPort",
                protocol.tcp,
                protocol.udp,
                protocol.sctp,
                protocol.destinationNamedPort);
        Optional.ofNullable(protocol.tcp).ifPresent(match -> match(field + ".tcp", match));
        Optional.ofNullable(protocol.udp).ifPresent(match -> match(field + ".udp", match));
        Optional.ofNullable(protocol.sctp).ifPresent(match -> match(field + ".sctp", match));
        Optional.ofNullable(protocol.destinationNamedPort)
                .ifPresent(name -> problems.portName(field + ".destinationNamedPort", name));
    }

    private void match(String field, PortMatch match) {
        if (match.destinationPort == null) {
            problems.require(!match.newerFields().isEmpty(), field + ".destinationPort", "is required");
            return;
        }
        var port = match.destinationPort;
        var portField = field + ".destinationPort";
        exactlyOne(portField, port, "number, range", port.number, port.range);
        Optional.ofNullable(port.number).ifPresent(number -> problems.port(portField + ".number", number));
        Optional.ofNullable(port.range).ifPresent(range -> {
            problems.port(portField + ".range.start", range.start);
            problems.port(portField + ".range.end", range.end);
            problems.require(
                    range.start == null || range.end == null || range.start < range.end,
                    portField + ".range",
                    "must have a start below its end, got " + range.start + " and " + range.end);
        });
    }
}
