package dev.sekisho.policy;

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

import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.Policy.PeerSelector;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
