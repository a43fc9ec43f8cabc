package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.host;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.named;
import static dev.sekisho.policy.Given.namespaces;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.podsIn;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.RuleName;
import dev.sekisho.policy.codec.PolicyCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterPolicyTest {
    private static final Subject EVERY_POD = new Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING);
    private static final PeerSelector EVERYONE = namespaces(LabelSelector.EVERYTHING);

    private final Endpoint.Pod db = pod(
            TOKYO,
            "shop/db-0",
            "role=db",
            "team=shop",
            "10.0.0.2",
            named("redis", Transport.TCP, 6379),
            named("redis", Transport.UDP, 6380));
    private final Endpoint.Pod frontend = pod(TOKYO, "web/frontend-0", "role=frontend", "team=web", "10.0.0.9");

    private static ClusterPolicy policy(String name, Tier tier, int priority, TierRule... ingress) {
        return new ClusterPolicy(ClusterPolicy.name(name), tier, priority, EVERY_POD, List.of(ingress), List.of());
    }

    private static ClusterPolicy egress(Tier tier, TierRule... egress) {
        return new ClusterPolicy(ClusterPolicy.name("out"), tier, 0, EVERY_POD, List.of(), List.of(egress));
    }

    private static TierRule tierRule(Action action, PeerSelector peer, PortSelector... ports) {
        return new TierRule("", action, List.of(peer), List.of(ports));
    }

    private Verdict ingressBy(Policy... policies) {
        return Given.tokyo(policies).ingress(frontend, db, Transport.TCP, 6379);
    }

    /// A tier's entry is what its only rule does with the flow; `none` matches another one, `-` means no policy.
    @ParameterizedTest
    @CsvSource(textBlock = """
            # admin, namespace, baseline, allowed
            -,       -,         -,        true
            accept,  -,         -,        true
            deny,    -,         -,        false
            pass,    -,         -,        true
            none,    -,         -,        true
            # Accept and Deny of the Admin tier are final.
            accept,  deny,      deny,     true
            deny,    accept,    accept,   false
            # Pass and no match go on to the namespace's own policies, whose answer is final.
            pass,    deny,      accept,   false
            pass,    accept,    deny,     true
            none,    deny,      accept,   false
            none,    accept,    deny,     true
            -,       deny,      accept,   false
            -,       accept,    deny,     true
            # Baseline is asked where no NetworkPolicy isolates.
            -,       -,         deny,     false
            -,       -,         accept,   true
            -,       -,         pass,     true
            -,       -,         none,     true
            pass,    -,         deny,     false
            none,    -,         deny,     false
            """)
    void tiers_are_asked_in_their_order(String admin, String namespace, String baseline, boolean allowed) {
        var policies = new ArrayList<Policy>();
        tier(Tier.ADMIN, admin).forEach(policies::add);
        tier(Tier.BASELINE, baseline).forEach(policies::add);
        if (!namespace.equals("-")) {
            policies.add(
                    namespace.equals("accept")
                            ? ingress("shop/db", "role=db", rule(List.of()))
                            : ingress("shop/db", ""));
        }

        assertThat(new PolicySet(TOKYO, policies)
                        .ingress(frontend, db, Transport.TCP, 6379)
                        .isAllowed())
                .isEqualTo(allowed);
    }

    private static Stream<Policy> tier(Tier tier, String action) {
        return switch (action) {
            case "-" -> Stream.of();
            case "none" -> Stream.of(policy(tier + "-p", tier, 5, tierRule(Action.DENY, EVERYONE, tcp(1))));
            default ->
                Stream.of(policy(
                        tier + "-p", tier, 5, tierRule(Action.valueOf(action.toUpperCase(Locale.ROOT)), EVERYONE)));
        };
    }

    @Test
    void within_a_tier_the_lower_priority_value_comes_first_and_within_a_policy_the_first_rule() {
        var deny = policy("a", Tier.ADMIN, 20, tierRule(Action.DENY, EVERYONE));
        var accept = policy("z", Tier.ADMIN, 10, tierRule(Action.ACCEPT, EVERYONE));
        var both = policy(
                "rules",
                Tier.ADMIN,
                1,
                tierRule(Action.DENY, EVERYONE, tcp(1)),
                tierRule(Action.ACCEPT, EVERYONE, tcp(6379)),
                tierRule(Action.DENY, EVERYONE));

        assertThat(ingressBy(deny, accept).isAllowed()).isTrue();
        assertThat(ingressBy(deny, both))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.by()).contains(new RuleName(ClusterPolicy.name("rules"), 1, "")));
    }

    @Test
    void pass_skips_the_rest_of_its_tier() {
        var pass = policy("pass", Tier.ADMIN, 1, tierRule(Action.PASS, EVERYONE), tierRule(Action.DENY, EVERYONE));
        var deny = policy("deny", Tier.ADMIN, 2, tierRule(Action.DENY, EVERYONE));

        assertThat(ingressBy(pass, deny))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.passedBy())
                                .containsExactly(new RuleName(ClusterPolicy.name("pass"), 0, "")));
    }

    @Test
    void of_equal_priorities_the_lower_name_comes_first_whatever_the_order_and_a_warning_says_so() {
        var accept = policy("a", Tier.ADMIN, 7, tierRule(Action.ACCEPT, EVERYONE));
        var deny = policy("b", Tier.ADMIN, 7, tierRule(Action.DENY, EVERYONE));
        var baseline = policy("c", Tier.BASELINE, 7, tierRule(Action.DENY, EVERYONE));

        assertThat(ingressBy(deny, accept).isAllowed()).isTrue();
        assertThat(ingressBy(accept, deny).isAllowed()).isTrue();
        assertThat(Given.tokyo(deny, accept, baseline).warnings())
                .containsExactly(
                        "ClusterNetworkPolicy a, b: are all of tier Admin and priority 7; they are asked in the"
                                + " order of their names");
    }

    @Test
    void a_policy_isolates_nothing_by_being_there_and_has_no_say_in_the_other_direction() {
        var policies = Given.tokyo(policy("a", Tier.ADMIN, 0, tierRule(Action.ACCEPT, pods(selector("x=y")), tcp(1))));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isTrue();
        assertThat(Given.tokyo(policy("a", Tier.ADMIN, 0, tierRule(Action.DENY, EVERYONE)))
                        .egress(db, frontend, Transport.TCP, 80)
                        .isAllowed())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            team=shop, '',           false
            team=shop, role=db,      false
            team=shop, role=other,   true
            team=web,  '',           true
            team=web,  role=db,      true
            '',        role=db,      false
            """)
    void the_subject_is_pods_of_namespaces(String namespaces, String pods, boolean allowed) {
        var subject = new Subject(selector(namespaces), selector(pods));
        var deny = new ClusterPolicy(
                ClusterPolicy.name("deny"),
                Tier.ADMIN,
                0,
                subject,
                List.of(tierRule(Action.DENY, EVERYONE)),
                List.of());

        assertThat(ingressBy(deny).isAllowed()).isEqualTo(allowed);
    }

    static Stream<Arguments> peers() {
        return Stream.of(
                peer("every namespace", EVERYONE, true, false, false),
                peer("namespaces by label", namespaces(selector("team=web")), true, false, false),
                peer("other namespaces", namespaces(selector("team=shop")), false, false, false),
                peer("pods", podsIn(selector("team=web"), selector("role=frontend")), true, false, false),
                peer("other pods", podsIn(selector("team=web"), selector("role=db")), false, false, false),
                peer(
                        "every cluster",
                        namespaces(selector("sekisho.dev/cluster", LabelSelector.Operator.EXISTS)),
                        true,
                        true,
                        false),
                peer("another cluster", namespaces(selector("sekisho.dev/cluster=osaka")), false, true, false),
                peer("networks match pod addresses too", block("10.0.0.0/8"), true, false, true));
    }

    private static Arguments peer(String what, PeerSelector peer, boolean pod, boolean remotePod, boolean address) {
        return Arguments.of(what, peer, pod, remotePod, address);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void a_peer_is_local_unless_it_names_the_cluster(
            String what, PeerSelector peer, boolean pod, boolean remotePod, boolean address) {
        var policies = Given.tokyo(egress(Tier.ADMIN, tierRule(Action.DENY, peer)));
        var remote = pod(OSAKA, "web/frontend-0", "role=frontend", "team=web", "10.0.0.9");

        assertThat(Stream.of(frontend, remote, host("10.0.0.77"))
                        .map(other ->
                                !policies.egress(db, other, Transport.TCP, 80).isAllowed()))
                .as(what)
                .containsExactly(pod, remotePod, address);
    }

    @Test
    void a_named_port_is_that_of_the_destination() {
        var policies = Given.tokyo(policy("a", Tier.ADMIN, 0, tierRule(Action.DENY, EVERYONE, tcp("redis"))));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isFalse();
        assertThat(policies.ingress(frontend, db, Transport.TCP, 6380).isAllowed())
                .isTrue();
        assertThat(policies.ingress(frontend, db, Transport.UDP, 6379).isAllowed())
                .isTrue();
    }

    /// A rule for port 6379 of a known peer, which the flow is from or not, and of one that is not known here.
    @ParameterizedTest
    @CsvSource(textBlock = """
            # action, known peer matches, port 6379, port 80
            ACCEPT,   true,               next,      next
            ACCEPT,   false,              next,      next
            DENY,     true,               denied,    denied
            DENY,     false,              denied,    denied
            PASS,     true,               denied,    denied
            PASS,     false,              denied,    denied
            """)
    void a_rule_with_a_peer_that_is_unknown_here_fails_closed(
            Action action, boolean known, String onItsPort, String onAnother) {
        var peer = namespaces(selector(known ? "team=web" : "team=other"));
        var unknown = new TierRule("", action, List.of(peer, new PeerSelector.Unknown("nodes")), List.of(tcp(6379)));
        var policies = Given.tokyo(
                policy("a", Tier.ADMIN, 1, unknown), policy("next", Tier.ADMIN, 2, tierRule(Action.DENY, EVERYONE)));

        assertThat(decider(policies.ingress(frontend, db, Transport.TCP, 6379))).isEqualTo(onItsPort);
        assertThat(decider(policies.ingress(frontend, db, Transport.TCP, 80))).isEqualTo(onAnother);
    }

    /// `next` when the rule left it to the policy behind it.
    private static String decider(Verdict verdict) {
        var by = ((Verdict.Denied) verdict).by().orElseThrow().policy().name();
        return by.equals("next") ? "next" : "denied";
    }

    @Test
    void who_is_denied_for_an_unknown_peer_is_told_so() {
        var unknown = new TierRule("to-nodes", Action.PASS, List.of(new PeerSelector.Unknown("nodes")), List.of());

        assertThat(ingressBy(policy("a", Tier.ADMIN, 1, unknown)))
                .isInstanceOfSatisfying(Verdict.Denied.class, denied -> {
                    assertThat(denied.by()).contains(new RuleName(ClusterPolicy.name("a"), 0, "to-nodes"));
                    assertThat(denied.isolatedBy()).isEmpty();
                    assertThat(denied.nearestMiss()).contains("'nodes' cannot be judged here");
                });
    }

    @Test
    void a_rule_keeps_its_position_when_one_before_it_can_accept_no_one() {
        var unknown = new TierRule("", Action.ACCEPT, List.of(new PeerSelector.Unknown("domainNames")), List.of());

        assertThat(ingressBy(policy("a", Tier.ADMIN, 1, unknown, tierRule(Action.ACCEPT, EVERYONE))))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed ->
                                assertThat(allowed.by().orElseThrow().index()).isEqualTo(1));
    }

    @Test
    void both_directions_are_asked_each_for_its_own_pod() {
        var accept = egress(Tier.ADMIN, tierRule(Action.ACCEPT, EVERYONE));
        var deny = policy("in", Tier.ADMIN, 0, tierRule(Action.DENY, EVERYONE));
        var policies = Given.tokyo(accept, deny);

        assertThat(policies.egress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isTrue();
        assertThat(policies.ingress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void the_wire_changes_nothing(Tier tier) {
        var rules = new ArrayList<TierRule>();
        for (var action : Action.values()) {
            rules.add(new TierRule(
                    "rule-" + action,
                    action,
                    List.of(EVERYONE, block("10.0.0.0/8"), new PeerSelector.Unknown("nodes")),
                    List.of(tcp(80), tcp("web"))));
        }
        var policy = new ClusterPolicy(
                ClusterPolicy.name("p"),
                tier,
                1000,
                new Subject(selector("a=b"), selector("c=d")),
                rules,
                rules.subList(0, 1));

        assertThat(PolicyCodec.fromWire(PolicyCodec.toWire(policy))).isEqualTo(policy);
        assertThat(Arrays.asList(0, 1, 2))
                .allSatisfy(rule -> assertThat(changed(policy, rule)).isNotEqualTo(PolicyCodec.toWire(policy)));
    }

    private static dev.sekisho.policy.v1.ClusterPolicy changed(ClusterPolicy policy, int rule) {
        var message = PolicyCodec.toWire(policy).toBuilder();
        message.getIngressBuilder(rule).setName("another");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyCodec.fromWire(message.build()))
                .withMessageContaining("digest");
        return message.build();
    }
}
