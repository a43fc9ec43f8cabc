package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.host;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.named;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.podsIn;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.service;
import static dev.sekisho.policy.Given.tcp;
import static dev.sekisho.policy.Given.tokyo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestMissTest {
    private final Endpoint.Pod db =
            pod(TOKYO, "shop/db-0", "role=db", "", "10.0.0.2", named("redis", Transport.TCP, 6379));
    private final Endpoint.Pod frontend = pod(TOKYO, "shop/frontend-0", "role=frontend");

    private String miss(Endpoint caller, NamespacedPolicy.Rule... rules) {
        var verdict = tokyo(ingress("shop/db-policy", "role=db", rules)).ingress(caller, db, Transport.TCP, 8080);
        return ((Verdict.Denied) verdict).nearestMiss();
    }

    @Test
    void a_peer_that_matches_lacks_only_the_port() {
        assertThat(miss(
                        frontend,
                        rule(List.of(pods(selector("role=batch")))),
                        rule(List.of(pods(selector("role=frontend"))), tcp(80), tcp(443))))
                .isEqualTo("peer matches shop/db-policy ingress rule 1, but 8080/TCP is not in 80/TCP, 443/TCP");
    }

    @Test
    void a_named_port_is_told_with_its_number() {
        assertThat(miss(frontend, rule(List.of(), tcp("redis"), tcp("http"))))
                .isEqualTo("peer matches shop/db-policy ingress rule 0, but 8080/TCP is not in"
                        + " redis/TCP (6379 on the destination), http/TCP (no such port on the destination)");
    }

    @Test
    void a_selector_that_names_no_cluster_is_told_with_the_callers_cluster() {
        assertThat(miss(pod(OSAKA, "shop/frontend-0", "role=frontend"), rule(List.of(pods(selector("role=frontend"))))))
                .isEqualTo(
                        "shop/db-policy ingress rule 0: peer names no cluster, so it counts within one only, the caller is of cluster osaka");
    }

    @Test
    void a_label_is_told_with_what_it_is_and_must_be() {
        assertThat(miss(frontend, rule(List.of(pods(selector("role=batch"))))))
                .isEqualTo("shop/db-policy ingress rule 0: the caller's pod label role is 'frontend', must be batch");
        assertThat(miss(frontend, rule(List.of(pods(selector("tier", Operator.EXISTS))), tcp(80))))
                .isEqualTo("shop/db-policy ingress rule 0: the caller's pod label tier is missing, must be present;"
                        + " and 8080/TCP is not in 80/TCP");
    }

    @Test
    void the_rule_with_fewest_conditions_unmet_is_told() {
        assertThat(miss(
                        frontend,
                        rule(List.of(pods(selector("role=batch,tier=gold")))),
                        rule(List.of(pods(selector("role=frontend,tier=gold"))))))
                .contains("rule 1", "tier is missing, must be gold");
    }

    @Test
    void a_label_that_is_not_known_of_every_remote_pod_is_told_so() {
        var peer = podsIn(selector("sekisho.dev/cluster=osaka"), selector("stage", Operator.NOT_IN, "test"));
        var verdict = tokyo(egress("shop/out", "role=frontend", rule(List.of(peer))))
                .egress(frontend, service(OSAKA, "shop/db", "role=db", new TargetPort(6379, "")), Transport.TCP, 6379);

        assertThat(((Verdict.Denied) verdict).nearestMiss())
                .isEqualTo("shop/out egress rule 0: the destination's pod label stage is not known, must be none of"
                        + " test");
    }

    @Test
    void an_address_is_told_with_the_block_or_its_exception() {
        assertThat(miss(host("10.1.0.9"), rule(List.of(block("10.0.0.0/8", "10.1.0.0/16")))))
                .isEqualTo("shop/db-policy ingress rule 0: 10.1.0.9 is in except 10.1.0.0/16 of 10.0.0.0/8");
        assertThat(miss(host("192.0.2.1"), rule(List.of(block("10.0.0.0/8")))))
                .isEqualTo("shop/db-policy ingress rule 0: 192.0.2.1 is not in 10.0.0.0/8");
        assertThat(miss(pod(OSAKA, "shop/f", ""), rule(List.of(block("10.0.0.0/8")))))
                .isEqualTo(
                        "shop/db-policy ingress rule 0: peer names no cluster, so it counts within one only, the caller is of"
                                + " cluster osaka");
    }

    @Test
    void an_address_that_is_no_pod_matches_no_selector() {
        assertThat(miss(host("10.0.0.1"), rule(List.of(pods(selector("role=frontend"))))))
                .isEqualTo("shop/db-policy ingress rule 0: the caller is no known pod, so no selector matches it");
    }

    @Test
    void a_policy_without_rules_allows_nothing() {
        assertThat(miss(frontend)).isEqualTo("shop/db-policy allows no ingress");
    }

    @Test
    void the_sentence_stays_short_however_long_the_rule_and_the_callers_labels_are() {
        var ports = IntStream.rangeClosed(1, 2000).mapToObj(Given::tcp).toArray(PortSelector[]::new);
        var peers = Collections.nCopies(2000, pods(selector("role=frontend")));

        assertThat(miss(frontend, rule(peers, ports))).endsWith("4/TCP, 5/TCP, 1995 more");
        assertThat(miss(
                        pod(OSAKA, "shop/f", "role=" + "x".repeat(5000)),
                        rule(List.of(podsIn(selector("sekisho.dev/cluster=osaka"), selector("role=a"))))))
                .endsWith("role is no label value, must be a");
    }
}
