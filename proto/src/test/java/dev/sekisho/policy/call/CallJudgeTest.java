package dev.sekisho.policy.call;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.address;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.NamespaceIngress;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.policy.published.RemoteIngress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallJudgeTest {
    private static final PortKey REDIS = CallSituation.REDIS;
    private static final Endpoint.Pod FRONTEND = pod(TOKYO, "shop/frontend", "role=frontend", "", "10.0.0.9");
    private static final Endpoint.Pod DB = pod(TOKYO, "shop/db-0", "role=db");
    private static final Endpoint.Pod SPARE = pod(TOKYO, "shop/db-1", "role=spare", "", "10.0.0.2");

    static Stream<CallSituation> situations() {
        return CallSituation.all().stream();
    }

    private static Candidate candidate(Endpoint.Pod pod) {
        return new Candidate(
                new Occupant.Pod(pod), pod.address().orElseThrow(), Readiness.READY, CallSituation.TARGETS);
    }

    private static Offer offer(Endpoint.Pod... pods) {
        return new Offer(
                CallSituation.SERVICE_PORTS,
                Stream.of(pods).map(CallJudgeTest::candidate).toList());
    }

    private static PolicySet audited(Policy... policies) {
        return new PolicySet(new PolicyScope(TOKYO, Map.of(), PolicyMode.AUDIT, Map.of()), List.of(policies));
    }

    private static RemoteOffer remote(Readiness readiness, Policy... published) {
        var scope = PolicyScope.of(OSAKA);
        return new RemoteOffer(
                OSAKA,
                new ServiceName("shop", "db"),
                Map.of(REDIS, List.of(new TargetPort(16379, "redis"))),
                readiness,
                Map.of("role", "db"),
                CallSituation.NAMESPACE_LABELS,
                NamespaceIngress.of(scope, "shop", CallSituation.NAMESPACE_LABELS, List.of(published))
                        .publish(List.of(new PublishedIngress.Subject(Map.of("role", "db"), List.of())))
                        .map(RemoteIngress::of));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void every_situation_has_its_answer(CallSituation situation) {
        var policies = new PolicySet(TOKYO, situation.policies());

        var answer = CallJudge.here(policies, situation.caller(), situation.offer(), situation.port());
        var considered = CallJudge.considered(policies, situation.caller(), situation.offer(), situation.port());

        assertThat(CallSituation.inWords(answer)).isEqualTo(situation.answer());
        assertThat(considered.stream().anyMatch(CallJudge.Considered::takesCall))
                .isEqualTo(situation.isAllowed());
    }

    @Test
    void where_policies_are_audited_a_call_goes_where_it_would_go_if_they_were_enforced() {
        var closed = audited(ingress("shop/closed", "role=db"));

        assertThat(CallJudge.here(closed, FRONTEND, offer(DB, SPARE), REDIS))
                .isInstanceOfSatisfying(CallAnswer.Allowed.class, allowed -> {
                    assertThat(allowed.targets())
                            .extracting(target -> target.candidate().pod())
                            .containsExactly(Optional.of(SPARE));
                    assertThat(allowed.audited()).isEmpty();
                });
        assertThat(CallJudge.here(closed, FRONTEND, offer(SPARE, DB), REDIS))
                .isInstanceOfSatisfying(
                        CallAnswer.Allowed.class,
                        allowed -> assertThat(allowed.targets()).hasSize(1));
    }

    @Test
    void where_it_would_go_nowhere_it_is_let_through_and_the_denial_is_said() {
        var answer = CallJudge.here(audited(ingress("shop/closed", "")), FRONTEND, offer(DB, SPARE), REDIS);

        assertThat(answer).isInstanceOfSatisfying(CallAnswer.Allowed.class, allowed -> {
            assertThat(allowed.targets()).hasSize(2);
            assertThat(allowed.audited()).isPresent();
        });
    }

    @Test
    void what_egress_lets_through_stays_said_when_ingress_allows_it() {
        var answer = CallJudge.here(audited(egress("shop/closed", "role=frontend")), FRONTEND, offer(DB), REDIS);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        CallAnswer.Allowed.class,
                        allowed -> assertThat(allowed.audited())
                                .map(Verdict.Denied::direction)
                                .contains(Direction.EGRESS));
    }

    @Test
    void another_cluster_is_called_when_our_egress_allows_it_and_it_has_published_no_denial() {
        var open = new PolicySet(TOKYO, List.of());
        var noEgress = new PolicySet(TOKYO, List.of(egress("shop/closed", "role=frontend")));
        var closed = ingress("shop/closed", "role=db");

        assertThat(CallJudge.elsewhere(open, FRONTEND, remote(Readiness.READY), REDIS))
                .isInstanceOf(CallAnswer.Onward.class);
        assertThat(CallJudge.elsewhere(open, FRONTEND, remote(Readiness.TERMINATING), REDIS))
                .isInstanceOf(CallAnswer.Onward.class);
        assertThat(withheld(CallJudge.elsewhere(noEgress, FRONTEND, remote(Readiness.READY, closed), REDIS)))
                .isEqualTo(Direction.EGRESS);
        assertThat(withheld(CallJudge.elsewhere(open, FRONTEND, remote(Readiness.READY, closed), REDIS)))
                .isEqualTo(Direction.INGRESS);
    }

    private static Direction withheld(CallAnswer.Elsewhere answer) {
        return ((CallAnswer.Withheld) answer).verdict().direction();
    }

    @Test
    void another_cluster_is_not_called_on_a_port_it_does_not_expose_or_where_nothing_is_ready() {
        var open = new PolicySet(TOKYO, List.of());

        assertThat(CallJudge.elsewhere(open, FRONTEND, remote(Readiness.READY), CallSituation.DNS))
                .isEqualTo(new CallAnswer.NotExported());
        assertThat(CallJudge.elsewhere(open, FRONTEND, remote(Readiness.NOT_READY), REDIS))
                .isEqualTo(new CallAnswer.NoEndpoint());
    }

    @Test
    void a_call_that_goes_on_does_not_ask_whether_its_endpoint_is_still_called() {
        var policies = new PolicySet(TOKYO, List.of(ingress("shop/closed", "role=spare")));
        var gone = new Candidate(new Occupant.Pod(DB), address("10.0.0.1"), Readiness.NOT_READY, Map.of());

        assertThat(CallJudge.again(policies, FRONTEND, gone, REDIS, 16379).isAllowed())
                .isTrue();
        assertThat(CallJudge.again(policies, FRONTEND, candidate(SPARE), REDIS, 16379)
                        .isAllowed())
                .isFalse();
        assertThat(CallJudge.again(policies, FRONTEND, remote(Readiness.NOT_READY), REDIS)
                        .isAllowed())
                .isTrue();
    }

    @Test
    void a_call_between_pods_of_which_neither_is_here_is_denied() {
        var far = pod(OSAKA, "shop/db-0", "role=db");

        var passage = new Passage(Given.tokyo(), pod(OSAKA, "shop/frontend", ""), far, Transport.TCP, 80);

        assertThat(passage.decisive().isAllowed()).isFalse();
        assertThat(passage.egress()).isEmpty();
        assertThat(passage.ingress()).isEmpty();
    }

    /// Pods by name and by address.
    private record Known(Map<PodName, Endpoint.Pod> names, Map<InetAddress, Endpoint.Pod> addresses) implements Roster {
        @Override
        public Optional<Endpoint.Pod> at(InetAddress address) {
            return Optional.ofNullable(addresses.get(address));
        }

        @Override
        public Optional<Endpoint.Pod> named(PodName name) {
            return Optional.ofNullable(names.get(name));
        }
    }

    @Test
    void a_call_stays_with_its_pod_wherever_the_address_went() {
        var relabelled = pod(TOKYO, "shop/db-0", "role=other", "", "10.0.0.7");
        var other = pod(TOKYO, "shop/web", "role=web");
        var now = new Known(Map.of(DB.name(), relabelled), Map.of(address("10.0.0.1"), other));

        assertThat(now.asOf(candidate(DB)).pod()).contains(relabelled);
        assertThat(new Known(Map.of(), Map.of()).asOf(candidate(DB)).pod()).contains(DB);
    }

    @Test
    void what_was_no_pod_may_since_have_been_seen_as_one() {
        var host = new Candidate(
                new Occupant.NoPod(new Endpoint.Address(address("10.0.0.1"))),
                address("10.0.0.1"),
                Readiness.READY,
                CallSituation.TARGETS);

        assertThat(new Known(Map.of(), Map.of(address("10.0.0.1"), DB))
                        .asOf(host)
                        .pod())
                .contains(DB);
        assertThat(new Known(Map.of(), Map.of()).asOf(host)).isEqualTo(host);
    }

    @Test
    void a_selector_of_pods_means_no_endpoint_that_is_no_pod() {
        var policies =
                new PolicySet(TOKYO, List.of(egress("shop/db", "role=frontend", rule(List.of(pods(selector("")))))));
        var host = new Offer(
                CallSituation.SERVICE_PORTS,
                List.of(new Candidate(
                        new Occupant.NoPod(new Endpoint.Address(address("192.0.2.1"))),
                        address("192.0.2.1"),
                        Readiness.READY,
                        CallSituation.TARGETS)));

        assertThat(CallJudge.here(policies, FRONTEND, host, REDIS)).isInstanceOf(CallAnswer.Denied.class);
    }
}
