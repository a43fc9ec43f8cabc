package dev.sekisho.controlplane.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.controlplane.clusterset.SeenSituation;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.policy.call.CallAnswer;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.CallSituation;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `policy diff` and published rules say of a call is what the judge says of it.
class PolicyDiffContractTest {
    static Stream<CallSituation> situations() {
        return CallSituation.all().stream();
    }

    static Stream<CallSituation> situationsFromOsaka() {
        return situations().filter(CallSituation::isFromOsaka);
    }

    private static PolicyWorld world(TestView seen) {
        var view = seen.build();
        return new PolicyWorld(view, new PolicySet(CallSituation.CLUSTER, view.policies()), List.of(), Set.of());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void what_an_export_opens_is_what_the_judge_allows(CallSituation situation) {
        var without = world(SeenSituation.of(situation).withoutExport("shop/db"));
        var with = world(SeenSituation.of(situation));

        var opened = PolicyDiff.between(without, with).changes().stream()
                .filter(change ->
                        change.call().cluster().equals(situation.caller().cluster()))
                .filter(change -> change.call().caller().equals("shop/frontend"))
                .filter(change -> change.call().service().equals("shop/db"))
                .anyMatch(change -> change.call().port().equals(situation.port())
                        && change.after().allowed());

        assertThat(opened).isEqualTo(situation.isAllowed());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situationsFromOsaka")
    void published_rules_refuse_what_the_judge_denies_and_nothing_else(CallSituation situation) {
        var view = SeenSituation.of(situation).build();
        var policies = new PolicySet(CallSituation.CLUSTER, view.policies());
        var offer = Optional.ofNullable(LocalExports.of(policies.scope(), view, Optional.empty())
                        .valid()
                        .get(CallSituation.SERVICE))
                .orElseThrow()
                .offer();

        var answer = CallJudge.elsewhere(
                new PolicySet(situation.caller().cluster(), List.of()), situation.caller(), offer, situation.port());

        assertThat(answer).isInstanceOf(situation.isAllowed() ? CallAnswer.Onward.class : CallAnswer.Withheld.class);
    }
}
