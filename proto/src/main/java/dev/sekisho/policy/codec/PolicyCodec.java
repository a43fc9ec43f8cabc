package dev.sekisho.policy.codec;

import static dev.sekisho.policy.codec.SelectorCodec.each;
import static dev.sekisho.policy.codec.SelectorCodec.selector;

import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyName;
import java.util.EnumSet;
import java.util.function.Supplier;

/// A [Policy] as one of the messages of `sekisho.policy.v1` and back.
///
/// Reading is strict. The message ends with a digest of its content; what was understood is written again and must have
/// the same one. So a message that was cut short, damaged, or written by a newer version with something in it that is
/// unknown here is an error, and never a rule that is wider than it was meant.
public final class PolicyCodec {
    private PolicyCodec() {}

    public static String digest(Policy policy) {
        return switch (policy) {
            case NamespacedPolicy namespaced -> toWire(namespaced).getDigest();
            case ClusterPolicy cluster -> toWire(cluster).getDigest();
        };
    }

    public static dev.sekisho.policy.v1.Policy toWire(NamespacedPolicy policy) {
        var message = dev.sekisho.policy.v1.Policy.newBuilder()
                .setNamespace(policy.name().namespace())
                .setName(policy.name().name())
                .setClusterSet(policy.name().kind() == PolicyKind.CLUSTER_SET_NETWORK_POLICY)
                .setSubject(SelectorCodec.toWire(policy.subject()))
                .setIsolatesIngress(policy.isolates().contains(Direction.INGRESS))
                .setIsolatesEgress(policy.isolates().contains(Direction.EGRESS));
        policy.ingress().forEach(rule -> message.addIngress(toWire(rule)));
        policy.egress().forEach(rule -> message.addEgress(toWire(rule)));
        return message.setDigest(MessageDigest.of(message.build())).build();
    }

    public static dev.sekisho.policy.v1.ClusterPolicy toWire(ClusterPolicy policy) {
        var message = dev.sekisho.policy.v1.ClusterPolicy.newBuilder()
                .setName(policy.name().name())
                .setTier(
                        switch (policy.tier()) {
                            case ADMIN -> dev.sekisho.policy.v1.ClusterPolicy.Tier.TIER_ADMIN;
                            case BASELINE -> dev.sekisho.policy.v1.ClusterPolicy.Tier.TIER_BASELINE;
                        })
                .setPriority(policy.priority())
                .setSubjectNamespaces(SelectorCodec.toWire(policy.subject().namespaces()))
                .setSubjectPods(SelectorCodec.toWire(policy.subject().pods()));
        policy.ingress().forEach(rule -> message.addIngress(toWire(rule)));
        policy.egress().forEach(rule -> message.addEgress(toWire(rule)));
        return message.setDigest(MessageDigest.of(message.build())).build();
    }

    private static dev.sekisho.policy.v1.Rule toWire(Rule rule) {
        var message = dev.sekisho.policy.v1.Rule.newBuilder();
        rule.peers().forEach(peer -> message.addPeers(SelectorCodec.toWire(peer)));
        rule.ports().forEach(port -> message.addPorts(SelectorCodec.toWire(port)));
        return message.build();
    }

    private static dev.sekisho.policy.v1.TierRule toWire(TierRule rule) {
        var message = dev.sekisho.policy.v1.TierRule.newBuilder()
                .setName(rule.name())
                .setAction(
                        switch (rule.action()) {
                            case ACCEPT -> dev.sekisho.policy.v1.TierRule.Action.ACTION_ACCEPT;
                            case DENY -> dev.sekisho.policy.v1.TierRule.Action.ACTION_DENY;
                            case PASS -> dev.sekisho.policy.v1.TierRule.Action.ACTION_PASS;
                        });
        rule.peers().forEach(peer -> message.addPeers(SelectorCodec.toWire(peer)));
        rule.ports().forEach(port -> message.addPorts(SelectorCodec.toWire(port)));
        return message.build();
    }

    /// @throws IllegalArgumentException naming policy and field when anything in the message is missing, unknown or out
    ///     of range. [Policy#closed] is what may stand in for it.
    public static NamespacedPolicy fromWire(dev.sekisho.policy.v1.Policy message) {
        var name = new PolicyName(
                message.getClusterSet() ? PolicyKind.CLUSTER_SET_NETWORK_POLICY : PolicyKind.NETWORK_POLICY,
                message.getNamespace(),
                message.getName());
        return exactly(name, message.getDigest(), () -> read(name, message));
    }

    /// @throws IllegalArgumentException as for the other kinds
    public static ClusterPolicy fromWire(dev.sekisho.policy.v1.ClusterPolicy message) {
        var name = ClusterPolicy.name(message.getName());
        return exactly(name, message.getDigest(), () -> read(name, message));
    }

    private static <T extends Policy> T exactly(PolicyName name, String digest, Supplier<T> read) {
        try {
            var policy = read.get();
            if (!digest(policy).equals(digest)) {
                throw new IllegalArgumentException(
                        "digest: the message is damaged or says something that this version does not know");
            }
            return policy;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("policy " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static NamespacedPolicy read(PolicyName name, dev.sekisho.policy.v1.Policy message) {
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
        return new NamespacedPolicy(
                name,
                selector(message.getSubject(), "subject"),
                isolates,
                each(message.getIngressList(), "ingress", PolicyCodec::rule),
                each(message.getEgressList(), "egress", PolicyCodec::rule));
    }

    private static ClusterPolicy read(PolicyName name, dev.sekisho.policy.v1.ClusterPolicy message) {
        require(!name.name().isEmpty(), "name is missing");
        require(message.hasSubjectNamespaces() && message.hasSubjectPods(), "subject is missing");
        return new ClusterPolicy(
                name,
                tier(message.getTier()),
                message.getPriority(),
                new Subject(
                        selector(message.getSubjectNamespaces(), "subject_namespaces"),
                        selector(message.getSubjectPods(), "subject_pods")),
                each(message.getIngressList(), "ingress", PolicyCodec::tierRule),
                each(message.getEgressList(), "egress", PolicyCodec::tierRule));
    }

    private static Tier tier(dev.sekisho.policy.v1.ClusterPolicy.Tier tier) {
        return switch (tier) {
            case TIER_ADMIN -> Tier.ADMIN;
            case TIER_BASELINE -> Tier.BASELINE;
            case TIER_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("tier is unknown: " + tier);
        };
    }

    private static Rule rule(dev.sekisho.policy.v1.Rule message, String field) {
        var peers = each(message.getPeersList(), field + ".peers", SelectorCodec::peer);
        require(
                peers.stream().noneMatch(PeerSelector.Unjudged.class::isInstance),
                field + ".peers holds one that cannot be judged");
        return new Rule(peers, each(message.getPortsList(), field + ".ports", SelectorCodec::port));
    }

    private static TierRule tierRule(dev.sekisho.policy.v1.TierRule message, String field) {
        var action = switch (message.getAction()) {
            case ACTION_ACCEPT -> Action.ACCEPT;
            case ACTION_DENY -> Action.DENY;
            case ACTION_PASS -> Action.PASS;
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(field + ".action is unknown: " + message.getAction());
        };
        var peers = each(message.getPeersList(), field + ".peers", SelectorCodec::peer);
        require(!peers.isEmpty(), field + ".peers is missing");
        return new TierRule(
                message.getName(), action, peers, each(message.getPortsList(), field + ".ports", SelectorCodec::port));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
