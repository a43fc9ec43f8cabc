package dev.sekisho.controlplane.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.cases.ReachabilityCase.Part;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.CallSituation;
import dev.sekisho.policy.call.Occupant;
import dev.sekisho.policy.call.Offer.Standing;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `policy test` says of two ends is what the judge says of a call from one to the other.
class CaseEngineContractTest {
    static Stream<CallSituation> situations() {
        return CallSituation.all().stream().filter(situation -> CallSituation.TARGETS.containsKey(situation.port()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void each_endpoint_is_reached_when_the_judge_lets_the_call_go_there(CallSituation situation) {
        var policies = new PolicySet(CallSituation.CLUSTER, situation.policies());
        var engine = new CaseEngine("by hand", policies);

        var reached = CallJudge.considered(policies, situation.caller(), situation.offer(), situation.port()).stream()
                .filter(each -> each.standing() == Standing.CALLED)
                .map(CallJudge.Considered::candidate)
                .filter(candidate -> {
                    var end = candidate.occupant() instanceof Occupant.Pod(var pod)
                            ? pod
                            : ((Occupant.NoPod) candidate.occupant()).end();
                    var port = situation.port();
                    return engine.judge(
                                    situation.caller(),
                                    end,
                                    port.transport(),
                                    Objects.requireNonNull(candidate.ports().get(port)))
                            .allows(Part.COMBINED);
                })
                .toList();

        assertThat(reached.isEmpty()).isEqualTo(!situation.isAllowed());
        if (situation.isAllowed()) {
            assertThat(CallSituation.allowed(reached.stream().map(candidate -> candidate.address())))
                    .isEqualTo(situation.answer());
        }
    }
}
