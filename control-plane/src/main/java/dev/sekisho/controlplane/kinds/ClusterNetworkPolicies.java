package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.EgressPeer;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.PortMatch;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Protocol;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Rule;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Spec;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy.Subject;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `policy.networking.k8s.io/v1alpha2` ClusterNetworkPolicy.
///
/// A field that a later version of the kind brings makes the rule it stands in fail closed, and one outside of any rule
/// makes all of them; it is no problem of the object.
public final class ClusterNetworkPolicies {
    private ClusterNetworkPolicies() {}

    public static List<FieldProblem> problems(ClusterNetworkPolicy policy, Origin origin) {
        return ClusterNetworkPolicyCheck.problems(policy, origin);
    }

    /// @param policy without problems
    public static ClusterPolicy policy(ClusterNetworkPolicy policy) {
        var spec = Objects.requireNonNull(policy.getSpec());
        var subject = Objects.requireNonNull(spec.subject);
        var unknown = outsideOfRules(spec, subject);
        return new ClusterPolicy(
                ClusterPolicy.name(policy.getMetadata().getName()),
                "Admin".equals(spec.tier) ? Tier.ADMIN : Tier.BASELINE,
                Objects.requireNonNull(spec.priority),
                subject(subject),
                rules(spec.ingress, unknown),
                rules(spec.egress, unknown));
    }

    /// Where the peers of each rule of [#policy] stand, in their order, by the rule's field: each network is a peer of
    /// its own. What makes a rule fail closed besides them comes last and is not told.
    ///
    /// @param policy without problems
    public static Map<String, List<String>> peerFields(ClusterNetworkPolicy policy) {
        var spec = Objects.requireNonNull(policy.getSpec());
        var fields = new HashMap<String, List<String>>();
        addPeerFields(fields, "spec.ingress", "from", spec.ingress);
        addPeerFields(fields, "spec.egress", "to", spec.egress);
        return fields;
    }

    private static void addPeerFields(
            Map<String, List<String>> fields, String rules, String list, @Nullable List<? extends Rule> written) {
        var index = 0;
        for (var rule : orEmpty(written)) {
            var field = rules + "[" + index++ + "]";
            var ofPeers = new ArrayList<String>();
            var entry = 0;
            for (var peer : orEmpty(rule.peers())) {
                var entryField = field + "." + list + "[" + entry++ + "]";
                var read = peers(peer);
                for (var i = 0; i < read.size(); i++) {
                    ofPeers.add(
                            read.get(i) instanceof PeerSelector.Block
                                    ? entryField + ".networks[" + i + "]"
                                    : entryField);
                }
            }
            fields.put(field, ofPeers);
        }
    }

    private static Optional<String> outsideOfRules(Spec spec, Subject subject) {
        return Stream.of(
                        spec.newerField(),
                        subject.newerField(),
                        Optional.ofNullable(subject.pods).flatMap(NewerFields::newerField))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /// Every pod, when what selects them is not known: its rules fail closed then.
    private static ClusterPolicy.Subject subject(Subject subject) {
        return Optional.ofNullable(subject.pods)
                .map(pods -> new ClusterPolicy.Subject(given(pods.namespaceSelector), given(pods.podSelector)))
                .orElseGet(() -> new ClusterPolicy.Subject(given(subject.namespaces), LabelSelector.EVERYTHING));
    }

    private static LabelSelector given(io.fabric8.kubernetes.api.model.@Nullable LabelSelector selector) {
        return PolicyFields.selector(selector).orElse(LabelSelector.EVERYTHING);
    }

    private static List<TierRule> rules(@Nullable List<? extends Rule> rules, Optional<String> unknown) {
        return orEmpty(rules).stream().map(rule -> rule(rule, unknown)).toList();
    }

    private static TierRule rule(Rule rule, Optional<String> unknown) {
        var peers = new ArrayList<PeerSelector>();
        orEmpty(rule.peers()).forEach(peer -> peers.addAll(peers(peer)));
        var ports = new ArrayList<PortSelector>();
        var unread = new ArrayList<String>();
        unknown.ifPresent(unread::add);
        rule.newerField().ifPresent(unread::add);
        for (var protocol : orEmpty(rule.protocols)) {
            unknownIn(protocol).ifPresentOrElse(unread::add, () -> ports.addAll(ports(protocol)));
        }
        unread.stream().map(PeerSelector.Unknown::new).forEach(peers::add);
        var action = switch (Objects.requireNonNull(rule.action)) {
            case "Accept" -> Action.ACCEPT;
            case "Pass" -> Action.PASS;
            default -> Action.DENY;
        };
        return new TierRule(Objects.requireNonNullElse(rule.name, ""), action, peers, ports);
    }

    private static List<PeerSelector> peers(Subject peer) {
        var newer = peer.newerField().or(() -> Optional.ofNullable(peer.pods).flatMap(NewerFields::newerField));
        if (newer.isPresent()) {
            return List.of(new PeerSelector.Unknown(newer.get()));
        }
        if (peer.namespaces != null) {
            return List.of(new PeerSelector.Pods(Optional.of(given(peer.namespaces)), Optional.empty()));
        }
        if (peer.pods != null) {
            return List.of(new PeerSelector.Pods(
                    Optional.of(given(peer.pods.namespaceSelector)), Optional.of(given(peer.pods.podSelector))));
        }
        if (peer instanceof EgressPeer outside && outside.networks != null) {
            return outside.networks.stream()
                    .<PeerSelector>map(network -> new PeerSelector.Block(Cidr.parse(network), List.of()))
                    .toList();
        }
        // What names resolve to is not known here.
        return List.of(
                peer instanceof EgressPeer outside && outside.nodes != null
                        ? new PeerSelector.Nodes(given(outside.nodes))
                        : new PeerSelector.Unknown("domainNames"));
    }

    private static Optional<String> unknownIn(Protocol protocol) {
        return protocol.newerField()
                .or(() -> Stream.of(protocol.tcp, protocol.udp, protocol.sctp)
                        .filter(Objects::nonNull)
                        .flatMap(match -> Stream.of(
                                match.newerField(),
                                Optional.ofNullable(match.destinationPort).flatMap(NewerFields::newerField)))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private static List<PortSelector> ports(Protocol protocol) {
        if (protocol.destinationNamedPort != null) {
            var name = protocol.destinationNamedPort;
            return Arrays.stream(Transport.values())
                    .<PortSelector>map(transport -> new PortSelector.NamedPort(transport, name))
                    .toList();
        }
        if (protocol.tcp != null) {
            return List.of(port(Transport.TCP, protocol.tcp));
        }
        return protocol.udp != null
                ? List.of(port(Transport.UDP, protocol.udp))
                : List.of(port(Transport.SCTP, Objects.requireNonNull(protocol.sctp)));
    }

    private static PortSelector port(Transport transport, PortMatch match) {
        var port = Objects.requireNonNull(match.destinationPort);
        return port.number != null
                ? new PortSelector.PortRange(transport, port.number, port.number)
                : new PortSelector.PortRange(
                        transport,
                        Objects.requireNonNull(Objects.requireNonNull(port.range).start),
                        Objects.requireNonNull(port.range.end));
    }
}
