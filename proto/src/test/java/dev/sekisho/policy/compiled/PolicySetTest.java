package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.host;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.named;
import static dev.sekisho.policy.Given.namespaces;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.podsIn;
import static dev.sekisho.policy.Given.policyName;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.tcp;
import static dev.sekisho.policy.Given.tokyo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicySetTest {
    private final Endpoint.Pod db =
            pod(TOKYO, "shop/db-0", "role=db", "", "10.0.0.2", named("redis", Transport.TCP, 6379));
    private final Endpoint.Pod frontend = pod(TOKYO, "shop/frontend-0", "role=frontend");
    private final Endpoint.Pod batch = pod(TOKYO, "shop/batch-0", "role=batch");

    @Test
    void a_pod_that_no_policy_selects_is_open() {
        var verdict = tokyo(ingress("shop/web", "role=web")).ingress(batch, db, Transport.TCP, 6379);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.by()).isEmpty());
    }

    @Test
    void a_policy_of_another_namespace_isolates_nothing_here() {
        var policies = tokyo(ingress("web/all", ""));

        assertThat(policies.ingress(batch, db, Transport.TCP, 6379).isAllowed()).isTrue();
    }

    @Test
    void ingress_isolation_says_nothing_of_egress() {
        var policies = tokyo(ingress("shop/db", "role=db"));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isFalse();
        assertThat(policies.egress(db, frontend, Transport.TCP, 80).isAllowed()).isTrue();
    }

    @Test
    void invariant_3_an_isolated_pod_is_closed_to_whom_no_rule_names() {
        var policies = tokyo(ingress("shop/db", "role=db", rule(List.of(pods(selector("role=frontend"))), tcp(6379))));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isTrue();
        assertThat(policies.ingress(batch, db, Transport.TCP, 6379).isAllowed()).isFalse();
        assertThat(policies.ingress(frontend, db, Transport.TCP, 6380).isAllowed())
                .isFalse();
        assertThat(policies.ingress(frontend, db, Transport.UDP, 6379).isAllowed())
                .isFalse();
        assertThat(policies.ingress(host("10.0.0.1"), db, Transport.TCP, 6379).isAllowed())
                .isFalse();
    }

    @Test
    void an_allowed_verdict_names_policy_rule_and_version() {
        var policies = tokyo(ingress(
                "shop/db",
                "role=db",
                rule(List.of(pods(selector("role=batch")))),
                rule(List.of(pods(selector("role=frontend"))))));

        var verdict = policies.ingress(frontend, db, Transport.TCP, 6379);

        assertThat(verdict)
                .isEqualTo(new Verdict.Allowed(
                        Direction.INGRESS,
                        Optional.of(new Verdict.RuleName(policyName("shop/db"), 1, "")),
                        policies.version()));
    }

    @Test
    void a_denied_verdict_names_every_policy_that_isolates() {
        var policies = tokyo(ingress("shop/z", ""), ingress("shop/a", "role=db"), ingress("shop/web", "role=web"));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 1))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class,
                        denied -> assertThat(denied.isolatedBy())
                                .containsExactly(policyName("shop/a"), policyName("shop/z")));
    }

    @Test
    void a_pod_selector_alone_stays_in_the_policys_namespace() {
        var elsewhere = pod(TOKYO, "web/frontend-0", "role=frontend");
        var policies = tokyo(ingress("shop/db", "role=db", rule(List.of(pods(selector("role=frontend"))))));

        assertThat(policies.ingress(elsewhere, db, Transport.TCP, 6379).isAllowed())
                .isFalse();
    }

    @Test
    void both_selectors_in_one_peer_must_match_and_two_peers_are_alternatives() {
        var webFrontend = pod(TOKYO, "web/frontend-0", "role=frontend", "team=web", "10.0.0.9");
        var webBatch = pod(TOKYO, "web/batch-0", "role=batch", "team=web", "10.0.0.9");
        var both = tokyo(
                ingress("shop/db", "role=db", rule(List.of(podsIn(selector("team=web"), selector("role=frontend"))))));
        var either = tokyo(ingress(
                "shop/db",
                "role=db",
                rule(List.of(namespaces(selector("team=web")), pods(selector("role=frontend"))))));

        assertThat(both.ingress(webFrontend, db, Transport.TCP, 1).isAllowed()).isTrue();
        assertThat(both.ingress(webBatch, db, Transport.TCP, 1).isAllowed()).isFalse();
        assertThat(both.ingress(frontend, db, Transport.TCP, 1).isAllowed()).isFalse();
        assertThat(either.ingress(webBatch, db, Transport.TCP, 1).isAllowed()).isTrue();
        assertThat(either.ingress(frontend, db, Transport.TCP, 1).isAllowed()).isTrue();
    }

    @Test
    void a_namespace_is_known_by_its_name_even_when_it_carries_a_false_name_label() {
        var policies = tokyo(
                ingress("shop/db", "role=db", rule(List.of(namespaces(selector("kubernetes.io/metadata.name=web"))))));
        var impostor = new Endpoint.Pod(
                TOKYO,
                frontend.name(),
                frontend.labels(),
                Map.of("kubernetes.io/metadata.name", "web"),
                "default",
                Optional.empty(),
                List.of());

        assertThat(policies.ingress(pod(TOKYO, "web/x", ""), db, Transport.TCP, 1)
                        .isAllowed())
                .isTrue();
        assertThat(policies.ingress(impostor, db, Transport.TCP, 1).isAllowed()).isFalse();
    }

    @Test
    void an_empty_peer_list_is_anyone_and_an_empty_rule_list_is_nobody() {
        assertThat(tokyo(ingress("shop/db", "", rule(List.of())))
                        .ingress(host("203.0.113.1"), db, Transport.SCTP, 9)
                        .isAllowed())
                .isTrue();
        assertThat(tokyo(ingress("shop/db", ""))
                        .ingress(frontend, db, Transport.TCP, 9)
                        .isAllowed())
                .isFalse();
    }

    @Test
    void an_exception_in_one_block_does_not_take_away_what_another_allows() {
        var policies = tokyo(
                ingress("shop/a", "role=db", rule(List.of(block("10.0.0.0/8", "10.1.0.0/16")))),
                ingress("shop/b", "role=db", rule(List.of(block("10.1.2.0/24")))));

        assertThat(policies.ingress(host("10.9.9.9"), db, Transport.TCP, 1).isAllowed())
                .isTrue();
        assertThat(policies.ingress(host("10.1.9.9"), db, Transport.TCP, 1).isAllowed())
                .isFalse();
        assertThat(policies.ingress(host("10.1.2.9"), db, Transport.TCP, 1).isAllowed())
                .isTrue();
        assertThat(policies.ingress(host("2001:db8::1"), db, Transport.TCP, 1).isAllowed())
                .isFalse();
    }

    @Test
    void a_block_matches_a_pod_of_this_cluster_by_its_address() {
        var policies = tokyo(egress("shop/e", "role=frontend", rule(List.of(block("10.0.0.2/32")))));

        assertThat(policies.egress(frontend, db, Transport.TCP, 6379).isAllowed())
                .isTrue();
        assertThat(policies.egress(frontend, batch, Transport.TCP, 6379).isAllowed())
                .isFalse();
    }

    @Test
    void a_port_name_is_that_of_the_destination_in_both_directions() {
        var caller = pod(TOKYO, "shop/c", "role=frontend", "", "10.0.0.7", named("redis", Transport.TCP, 7000));
        var policies = tokyo(
                ingress("shop/i", "role=db", rule(List.of(), tcp("redis"))),
                egress("shop/e", "role=frontend", rule(List.of(), tcp("redis"))));

        assertThat(policies.ingress(caller, db, Transport.TCP, 6379).isAllowed())
                .isTrue();
        assertThat(policies.egress(caller, db, Transport.TCP, 6379).isAllowed()).isTrue();
        assertThat(policies.ingress(caller, db, Transport.TCP, 7000).isAllowed())
                .isFalse();
        assertThat(policies.egress(caller, db, Transport.TCP, 7000).isAllowed()).isFalse();
        assertThat(policies.egress(caller, host("192.0.2.1"), Transport.TCP, 6379)
                        .isAllowed())
                .isFalse();
    }

    @Test
    void a_port_name_counts_only_under_its_protocol() {
        var dns = pod(
                TOKYO,
                "shop/dns",
                "role=dns",
                "",
                "10.0.0.5",
                named("dns", Transport.UDP, 53),
                named("dns", Transport.TCP, 5353));
        var policies = tokyo(ingress("shop/i", "role=dns", rule(List.of(), tcp("dns"))));

        assertThat(policies.ingress(frontend, dns, Transport.TCP, 5353).isAllowed())
                .isTrue();
        assertThat(policies.ingress(frontend, dns, Transport.TCP, 53).isAllowed())
                .isFalse();
        assertThat(policies.ingress(frontend, dns, Transport.UDP, 53).isAllowed())
                .isFalse();
    }

    @Test
    void a_range_is_inclusive_and_all_ports_are_those_of_one_protocol() {
        var policies = tokyo(ingress(
                "shop/i",
                "role=db",
                rule(
                        List.of(),
                        new PortSelector.PortRange(Transport.TCP, 80, 82),
                        new PortSelector.AllPorts(Transport.SCTP))));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 79).isAllowed())
                .isFalse();
        assertThat(policies.ingress(frontend, db, Transport.TCP, 80).isAllowed())
                .isTrue();
        assertThat(policies.ingress(frontend, db, Transport.TCP, 82).isAllowed())
                .isTrue();
        assertThat(policies.ingress(frontend, db, Transport.TCP, 83).isAllowed())
                .isFalse();
        assertThat(policies.ingress(frontend, db, Transport.SCTP, 83).isAllowed())
                .isTrue();
        assertThat(policies.ingress(frontend, db, Transport.UDP, 80).isAllowed())
                .isFalse();
    }

    @Test
    void a_host_network_pod_is_an_address_and_only_a_block_lets_it_in() {
        var node = host("192.168.0.10");
        var selecting = tokyo(ingress("shop/i", "role=db", rule(List.of(namespaces(LabelSelector.EVERYTHING)))));
        var blocking = tokyo(ingress("shop/i", "role=db", rule(List.of(block("192.168.0.0/24")))));

        assertThat(selecting.ingress(node, db, Transport.TCP, 1).isAllowed()).isFalse();
        assertThat(blocking.ingress(node, db, Transport.TCP, 1).isAllowed()).isTrue();
    }

    @Test
    void the_version_depends_on_what_the_policies_say_and_on_nothing_else() {
        var one = ingress("shop/a", "role=db", rule(List.of(pods(selector("a=1,b=2"))), tcp(80)));
        var two = egress("shop/b", "");
        var changed = ingress("shop/a", "role=db", rule(List.of(pods(selector("a=1,b=2"))), tcp(81)));

        assertThat(tokyo(one, two).version())
                .isEqualTo(tokyo(two, one).version())
                .hasSize(12);
        // The same words mean other pods in another cluster.
        assertThat(new PolicySet(Given.OSAKA, List.of(one, two)).version())
                .isNotEqualTo(tokyo(one, two).version());
        assertThat(tokyo(changed, two).version()).isNotEqualTo(tokyo(one, two).version());
        assertThat(tokyo(one).version()).isNotEqualTo(tokyo(one, two).version());
    }

    @Test
    void what_stands_in_for_an_unreadable_policy_denies_both_directions() {
        var policies = tokyo(Policy.closed(policyName("shop/new")));

        assertThat(policies.ingress(frontend, db, Transport.TCP, 1).isAllowed()).isFalse();
        assertThat(policies.egress(frontend, db, Transport.TCP, 1).isAllowed()).isFalse();
        assertThat(Direction.values()).allMatch(policies.policies().getFirst()::governs);
    }

    @Test
    void invariant_5_denials_that_are_remembered_share_the_names_of_who_isolates() {
        var policies = tokyo(ingress("shop/a", "role=db"), ingress("shop/b", "role=db"), ingress("shop/c", "role=db"));
        var db = pod(TOKYO, "shop/db-0", "role=db");

        var one = policies.ingress(pod(TOKYO, "shop/x", "role=x"), db, Transport.TCP, 80);
        var other = policies.ingress(pod(TOKYO, "shop/y", "role=y"), db, Transport.TCP, 80);

        assertThat(((Verdict.Denied) one).isolatedBy()).hasSize(3).isSameAs(((Verdict.Denied) other).isolatedBy());
    }
}
