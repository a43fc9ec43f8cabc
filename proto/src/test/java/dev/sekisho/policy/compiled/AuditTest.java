package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.namespaces;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.TargetPort;
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
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {
    private final Endpoint.Pod db = pod(TOKYO, "shop/db-0", "role=db");
    private final Endpoint.Pod caller = pod(TOKYO, "shop/frontend-0", "role=frontend");

    private static PolicyScope scope(PolicyMode mode, String shop) {
        return new PolicyScope(
                TOKYO, Map.of(), mode, shop.equals("-") ? Map.of() : Map.of("shop", PolicyMode.valueOf(shop)));
    }

    private static ClusterPolicy denyAll(Tier tier) {
        return new ClusterPolicy(
                ClusterPolicy.name("deny"),
                tier,
                0,
                new Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING),
                List.of(new TierRule("", Action.DENY, List.of(namespaces(LabelSelector.EVERYTHING)), List.of())),
                List.of());
    }

    /// An administrator's Deny is not for a namespace's annotation to lift.
    @ParameterizedTest
    @CsvSource(textBlock = """
            # mode,  of namespace, NetworkPolicy, Baseline, Admin
            ENFORCE, -,            denied,        denied,   denied
            ENFORCE, AUDIT,        audited,       audited,  denied
            ENFORCE, ENFORCE,      denied,        denied,   denied
            AUDIT,   -,            audited,       audited,  audited
            AUDIT,   AUDIT,        audited,       audited,  audited
            AUDIT,   ENFORCE,      denied,        denied,   denied
            """)
    void a_denial_is_audited_where_the_mode_says_so(
            PolicyMode mode, String shop, String namespaced, String baseline, String admin) {
        var scope = scope(mode, shop);

        assertThat(outcome(scope, ingress("shop/db", "role=db"))).isEqualTo(namespaced);
        assertThat(outcome(scope, denyAll(Tier.BASELINE))).isEqualTo(baseline);
        assertThat(outcome(scope, denyAll(Tier.ADMIN))).isEqualTo(admin);
    }

    private String outcome(PolicyScope scope, Policy policy) {
        return switch (new PolicySet(scope, List.of(policy)).ingress(caller, db, Transport.TCP, 80)) {
            case Verdict.Denied _ -> "denied";
            case Verdict.Allowed allowed when allowed.audited().isPresent() -> "audited";
            case Verdict.Allowed _ -> "allowed";
        };
    }

    @Test
    void the_denial_that_it_would_be_is_told_whole() {
        var policy = ingress("shop/db", "role=db");
        var denied = new PolicySet(scope(PolicyMode.ENFORCE, "-"), List.of(policy));
        var audited = new PolicySet(scope(PolicyMode.AUDIT, "-"), List.of(policy));

        var verdict = (Verdict.Allowed) audited.ingress(caller, db, Transport.TCP, 80);

        var would = (Verdict.Denied) denied.ingress(caller, db, Transport.TCP, 80);
        assertThat(verdict.by()).isEmpty();
        assertThat(verdict.audited().orElseThrow().isolatedBy()).isEqualTo(would.isolatedBy());
        assertThat(verdict.audited().orElseThrow().nearestMiss()).isEqualTo(would.nearestMiss());
        assertThat(audited.version()).isNotEqualTo(denied.version());
    }

    @Test
    void what_no_policy_of_ours_may_judge_stays_denied() {
        var audited = new PolicySet(scope(PolicyMode.AUDIT, "-"), List.of());

        assertThat(audited.ingress(db, pod(OSAKA, "shop/db-0", "role=db"), Transport.TCP, 80)
                        .isAllowed())
                .isFalse();
    }

    @Test
    void a_remote_service_is_audited_as_soon_as_one_of_its_ports_would_be_denied() {
        var policy = egress("shop/out", "", Given.rule(List.of(), Given.tcp(80)));
        var remote = service(OSAKA, "shop/db", "", new TargetPort(80, ""), new TargetPort(81, ""));
        var audited = new PolicySet(scope(PolicyMode.ENFORCE, "AUDIT"), List.of(policy));

        assertThat(audited.egress(caller, remote, Transport.TCP, 80))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.audited()).isPresent());
    }
}
