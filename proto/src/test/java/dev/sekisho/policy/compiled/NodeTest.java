package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.address;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.labels;
import static dev.sekisho.policy.Given.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.codec.PolicyCodec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTest {
    private static final List<Node> NODES = List.of(
            node("pool=gold,zone=a", "172.18.0.2", "2001:db8::2"),
            node("pool=gold,zone=b", "172.18.0.3"),
            node("pool=gold,zone=b"),
            node("pool=blue", "172.18.0.4"));

    private static Node node(String labels, String... addresses) {
        return new Node(
                labels(labels), Arrays.stream(addresses).map(Given::address).toList());
    }

    private static PeerSelector nodes(String labels) {
        return new PeerSelector.Nodes(selector(labels));
    }

    private static ClusterPolicy to(PeerSelector... peers) {
        var rule = new TierRule("out", Action.DENY, List.of(peers), List.of());
        return new ClusterPolicy(
                ClusterPolicy.name("a"),
                Tier.ADMIN,
                1,
                new Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING),
                List.of(),
                List.of(rule));
    }

    private static List<PeerSelector> peers(ClusterPolicy policy, List<Node> nodes) {
        return ((ClusterPolicy) Node.addressed(List.of(policy), nodes).getFirst())
                .egress()
                .getFirst()
                .peers();
    }

    @Test
    void nodes_are_all_addresses_of_those_that_have_the_labels() {
        assertThat(peers(to(block("10.0.0.0/8"), nodes("pool=gold"), nodes("pool=blue")), NODES))
                .containsExactly(
                        block("10.0.0.0/8"),
                        block("172.18.0.2/32"),
                        block("2001:db8::2/128"),
                        block("172.18.0.3/32"),
                        block("172.18.0.4/32"));
    }

    @Test
    void a_rule_about_nodes_that_are_not_there_stays_and_matches_no_address() {
        assertThat(peers(to(nodes("pool=red")), NODES)).singleElement().satisfies(peer -> {
            var compiled = (CompiledPeer.Block) CompiledPeer.of(peer, "");
            assertThat(compiled.cidr().contains(address("0.0.0.0"))).isTrue();
            assertThat(compiled.except()).containsExactly(compiled.cidr());
        });
    }

    @Test
    void as_long_as_no_node_is_known_the_rule_fails_closed() {
        var policies = Node.addressed(List.of(to(nodes("pool=gold"))), List.of());

        assertThat(policies).containsExactly(to(nodes("pool=gold")));
        var web = Given.pod(Given.TOKYO, "shop/web", "");
        assertThat(new PolicySet(Given.TOKYO, policies).egress(web, Given.host("172.18.0.2"), Transport.TCP, 80))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class,
                        denied -> assertThat(denied.nearestMiss()).contains("'nodes' cannot be judged here"));
    }

    @Test
    void whoever_is_sent_a_rule_about_nodes_that_are_not_known_is_told_of_a_part_that_cannot_be_judged() {
        assertThat(PolicyCodec.fromWire(PolicyCodec.toWire(to(nodes("pool=gold")))))
                .isEqualTo(to(new PeerSelector.Unknown("nodes")));
    }

    @Test
    void a_policy_without_nodes_is_the_very_same() {
        var policy = to(block("10.0.0.0/8"));

        assertThat(Node.addressed(List.of(policy), NODES).getFirst()).isSameAs(policy);
    }
}
