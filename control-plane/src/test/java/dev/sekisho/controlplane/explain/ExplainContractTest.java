package dev.sekisho.controlplane.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.SeenSituation;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.TestPlan;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.reconcile.FakeLinks;
import dev.sekisho.controlplane.reconcile.Situation;
import dev.sekisho.policy.call.CallSituation;
import dev.sekisho.policy.codec.CallerCodec;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.sync.v1.ExplainRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What explain says of a call is what the judge says of it.
class ExplainContractTest {
    static Stream<CallSituation> situations() {
        return CallSituation.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void explain_presents_the_answer_of_the_judge(CallSituation situation) {
        var view = SeenSituation.of(situation).build();
        var rules = TestPlan.rules(CallSituation.CLUSTER.value());
        var plan = ClusterSetPlan.of(rules, view, Map.of(), Optional.empty());
        var now = new Situation(view, plan, new PolicySet(rules.policyScope(view), view.policies()), Map.of());
        var explainer = new Explainer(CallSituation.CLUSTER, () -> Optional.of(now), new FakeLinks());

        if (situation.isFromOsaka()) {
            assertThat(toPeer(explainer, situation)).isEqualTo(situation.isAllowed());
        } else {
            assertThat(toOwn(explainer, situation)).startsWith(summary(situation));
        }
    }

    private static boolean toPeer(Explainer explainer, CallSituation situation) {
        return explainer
                .answer(
                        situation.caller().cluster(),
                        ExplainRequest.newBuilder()
                                .setCaller(CallerCodec.toWire(situation.caller()))
                                .setNamespace(CallSituation.SERVICE.namespace())
                                .setName(CallSituation.SERVICE.name())
                                .setPort(situation.port().number())
                                .setProtocol(situation.port().transport().toWire())
                                .build())
                .getAllowed();
    }

    private static String toOwn(Explainer explainer, CallSituation situation) {
        var explanation = Await.result(explainer
                .explain(situation.caller().name().toString(), CallSituation.SERVICE.toString(), situation.port())
                .orElseThrow());
        if (explanation.problem().isPresent()) {
            return "not exported: " + explanation.problem().get();
        }
        var side = explanation.clusters().getFirst();
        if (explanation.allowed().orElseThrow()) {
            return "allowed";
        }
        var reasons = side.ingress().orElseThrow().reasons();
        return Stream.of("no pod is known", "has no endpoint", "(not ready)")
                        .anyMatch(why -> reasons.stream().allMatch(reason -> reason.contains(why)))
                ? "no endpoint: " + reasons
                : "denied " + (side.egress().isAllowed() ? "ingress" : "egress");
    }

    private static String summary(CallSituation situation) {
        return List.of("allowed", "in doubt").stream()
                .filter(situation.answer()::startsWith)
                .findFirst()
                .orElse(situation.answer())
                .replace("in doubt", "no endpoint");
    }
}
