package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.podsIn;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.service;
import static dev.sekisho.policy.Given.tcp;
import static dev.sekisho.policy.Given.tokyo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.PodName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemoteServiceTest {
    private static final TargetPort REDIS = new TargetPort(6379, "redis");

    private final Endpoint.Pod frontend = pod(TOKYO, "shop/frontend-0", "role=frontend");

    private static PeerSelector ofOsaka(LabelSelector pods) {
        return podsIn(selector("sekisho.dev/cluster=osaka"), pods);
    }

    private boolean allows(PeerSelector peer, Endpoint.RemoteService service, Policy.PortSelector... ports) {
        return tokyo(egress("shop/frontend", "role=frontend", rule(List.of(peer), ports)))
                .egress(frontend, service, Transport.TCP, 1)
                .isAllowed();
    }

    @Test
    void a_caller_that_no_policy_isolates_may_call_it() {
        assertThat(tokyo().egress(frontend, service(OSAKA, "shop/db", "", REDIS), Transport.TCP, 6379)
                        .isAllowed())
                .isTrue();
    }

    @Test
    void it_is_selected_by_its_cluster_and_the_labels_its_pods_share() {
        var db = service(OSAKA, "shop/db", "role=db", REDIS);

        assertThat(allows(ofOsaka(selector("role=db")), db)).isTrue();
        assertThat(allows(ofOsaka(selector("role=web")), db)).isFalse();
        assertThat(allows(ofOsaka(selector("tier=gold")), db)).isFalse();
        assertThat(allows(pods(selector("role=db")), db)).isFalse();
    }

    @Test
    void invariant_3_absence_of_a_pod_label_that_is_not_known_is_not_assumed() {
        var db = service(OSAKA, "shop/db", "role=db", REDIS);

        assertThat(allows(ofOsaka(selector("stage", Operator.NOT_IN, "test")), db))
                .isFalse();
        assertThat(allows(ofOsaka(selector("stage", Operator.DOES_NOT_EXIST)), db))
                .isFalse();
        assertThat(allows(ofOsaka(selector("role", Operator.NOT_IN, "web")), db))
                .isTrue();
        assertThat(allows(ofOsaka(selector("role", Operator.DOES_NOT_EXIST)), db))
                .isFalse();
    }

    @Test
    void a_namespace_label_that_is_missing_is_known_to_be_missing() {
        var db = service(OSAKA, "shop/db", "role=db", REDIS);
        var notTest = new LabelSelector(
                selector("sekisho.dev/cluster=osaka").matchLabels(),
                selector("stage", Operator.NOT_IN, "test").matchExpressions());

        assertThat(allows(podsIn(notTest, LabelSelector.EVERYTHING), db)).isTrue();
    }

    @Test
    void every_target_port_must_be_allowed_whichever_rule_does() {
        var both = service(OSAKA, "shop/db", "role=db", REDIS, new TargetPort(7000, "redis"));
        var everyone = ofOsaka(LabelSelector.EVERYTHING);

        assertThat(allows(everyone, both, tcp(6379))).isFalse();
        assertThat(allows(everyone, both, tcp(6379), tcp(7000))).isTrue();
        assertThat(allows(everyone, both, tcp("redis"))).isTrue();
        assertThat(allows(everyone, service(OSAKA, "shop/db", "", REDIS, new TargetPort(7000, "")), tcp("redis")))
                .isFalse();
    }

    @Test
    void a_port_may_have_several_names_of_which_any_counts() {
        var everyone = ofOsaka(LabelSelector.EVERYTHING);
        var twoNames = service(OSAKA, "shop/db", "", new TargetPort(6379, List.of("redis", "admin")));
        var oneEach = service(OSAKA, "shop/db", "", REDIS, new TargetPort(6379, "admin"));
        var noAdmin = new TierRule("", Action.DENY, List.of(everyone), List.of(tcp("admin")));

        assertThat(allows(everyone, twoNames, tcp("redis"))).isTrue();
        assertThat(allows(everyone, twoNames, tcp("admin"))).isTrue();
        assertThat(allows(everyone, oneEach, tcp("admin"))).isFalse();
        for (var service : List.of(twoNames, oneEach)) {
            assertThat(tokyo(cluster(Tier.ADMIN, noAdmin))
                            .egress(frontend, service, Transport.TCP, 6379)
                            .isAllowed())
                    .isFalse();
        }
    }

    @Test
    void the_service_port_does_not_count() {
        var everyone = ofOsaka(LabelSelector.EVERYTHING);

        assertThat(allows(everyone, service(OSAKA, "shop/db", "", REDIS), tcp(1)))
                .isFalse();
    }

    @Test
    void without_a_known_target_port_an_isolated_caller_is_denied() {
        var db = service(OSAKA, "shop/db", "role=db");

        assertThat(allows(ofOsaka(LabelSelector.EVERYTHING), db)).isFalse();
        assertThat(tokyo().egress(frontend, db, Transport.TCP, 1).isAllowed()).isTrue();
    }

    @Test
    void a_block_never_matches_it() {
        assertThat(allows(block("0.0.0.0/0"), service(OSAKA, "shop/db", "", REDIS)))
                .isFalse();
        assertThat(allows(block("::/0"), service(OSAKA, "shop/db", "", REDIS))).isFalse();
    }

    private static ClusterPolicy cluster(Tier tier, TierRule... egress) {
        return new ClusterPolicy(
                ClusterPolicy.name(tier.name().toLowerCase(Locale.ROOT)),
                tier,
                0,
                new ClusterPolicy.Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING),
                List.of(),
                List.of(egress));
    }

    private static TierRule to(Action action, LabelSelector pods) {
        return new TierRule("", action, List.of(ofOsaka(pods)), List.of());
    }

    private Verdict calling(Policy... policies) {
        return tokyo(policies).egress(frontend, service(OSAKA, "shop/db", "role=db", REDIS), Transport.TCP, 6379);
    }

    @ParameterizedTest
    @EnumSource(Tier.class)
    void invariant_3_a_denial_that_may_be_meant_holds(Tier tier) {
        for (var maybe : List.of(
                selector("env=prod"),
                selector("env", Operator.EXISTS),
                selector("env", Operator.NOT_IN, "test"),
                selector("env", Operator.DOES_NOT_EXIST))) {
            assertThat(calling(cluster(tier, to(Action.DENY, maybe))))
                    .isInstanceOfSatisfying(
                            Verdict.Denied.class,
                            denied -> assertThat(denied.nearestMiss()).contains("in doubt it denies"));
        }
        for (var not : List.of(selector("role=web"), selector("role", Operator.DOES_NOT_EXIST))) {
            assertThat(calling(cluster(tier, to(Action.DENY, not))).isAllowed()).isTrue();
        }
    }

    @Test
    void a_rule_that_surely_matches_and_comes_first_leaves_no_doubt() {
        var accept = to(Action.ACCEPT, selector("role=db"));
        var deny = to(Action.DENY, selector("env=prod"));

        assertThat(calling(cluster(Tier.ADMIN, accept, deny)).isAllowed()).isTrue();
        assertThat(calling(cluster(Tier.ADMIN, deny, accept)).isAllowed()).isFalse();
    }

    @Test
    void what_may_be_passed_on_must_be_allowed_by_either_answer() {
        var maybePassed = to(Action.PASS, selector("env=prod"));
        var accept = to(Action.ACCEPT, LabelSelector.EVERYTHING);
        var deny = to(Action.DENY, LabelSelector.EVERYTHING);
        var nobody = egress("shop/out", "role=frontend");

        assertThat(calling(cluster(Tier.ADMIN, maybePassed, accept)).isAllowed())
                .isTrue();
        assertThat(calling(cluster(Tier.ADMIN, maybePassed, accept), nobody).isAllowed())
                .isFalse();
        assertThat(calling(cluster(Tier.ADMIN, maybePassed, deny)).isAllowed()).isFalse();
        assertThat(calling(cluster(Tier.BASELINE, maybePassed, accept)).isAllowed())
                .isTrue();
        assertThat(calling(cluster(Tier.BASELINE, maybePassed, deny)).isAllowed())
                .isFalse();
    }

    @Test
    void invariant_3_a_caller_whose_namespace_labels_were_not_sent_may_have_those_that_are_denied() {
        var db = pod(TOKYO, "shop/db-0", "role=db");
        var caller = new Endpoint.Pod(
                OSAKA, PodName.parse("shop/frontend-0"), Map.of(), Map.of(), "default", Optional.empty(), List.of());
        var deny = new TierRule(
                "",
                Action.DENY,
                List.of(podsIn(
                        new LabelSelector(
                                selector("sekisho.dev/cluster=osaka").matchLabels(),
                                selector("stage", Operator.NOT_IN, "prod").matchExpressions()),
                        LabelSelector.EVERYTHING)),
                List.of());
        var policy = new ClusterPolicy(
                ClusterPolicy.name("in"),
                Tier.ADMIN,
                0,
                new ClusterPolicy.Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING),
                List.of(deny),
                List.of());

        assertThat(tokyo(policy).ingress(caller, db, Transport.TCP, 6379).isAllowed())
                .isFalse();
    }
}
