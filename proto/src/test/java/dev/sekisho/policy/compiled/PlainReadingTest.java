package dev.sekisho.policy.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.compiled.PlainReading.Answer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A million random flows, judged by the engine and by a second reading of the same policies that knows none of its
/// shortcuts. A failure names its seed, which makes the same world again.
class PlainReadingTest {
    private static final int WORLDS_PER_SEED = 250;
    private static final int FLOWS_PER_WORLD = 500;

    /// Eight of them: with the numbers above, 1,000,000 flows.
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 8);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_engine_agrees_with_a_plain_reading_of_the_policies(long seed) {
        var seen = new EnumMap<Answer, Integer>(Answer.class);
        var updated = new PolicySet(RandomWorld.LOCAL, List.of());
        for (var world = 0; world < WORLDS_PER_SEED; world++) {
            var worldSeed = seed * 1_000_000 + world;
            var random = new RandomWorld(worldSeed);
            var scope = random.scope();
            var policies = random.policies();
            // One engine follows every change; every other time it is asked instead of one that was compiled anew.
            updated = updated.with(scope, policies);
            var engine = world % 2 == 0 ? updated : new PolicySet(scope, policies);
            compare(worldSeed, random, engine, new PlainReading(scope, policies), seen);
        }

        // Else the worlds would show nothing.
        assertThat(seen.keySet()).containsExactlyInAnyOrder(Answer.values());
        assertThat(seen.values()).allSatisfy(times -> assertThat(times).isGreaterThan(1000));
    }

    /// Which pod of another cluster will answer is not known when egress is judged, and labels that its pods do not
    /// share
    /// are not either.
    @ParameterizedTest
    @MethodSource("seeds")
    void invariant_3_a_service_that_may_be_called_has_no_pod_that_may_not_be(long seed) {
        var allowed = 0;
        var closedInDoubt = 0;
        for (var world = 0; world < WORLDS_PER_SEED; world++) {
            var worldSeed = seed * 1_000_000 + world;
            var random = new RandomWorld(worldSeed);
            var engine = new PolicySet(random.scope(), random.policies());
            for (var flow = 0; flow < FLOWS_PER_WORLD / 5; flow++) {
                var caller = random.localPod();
                var answering = random.remotePod();
                var port = answering.ports().getFirst();
                var toService = engine.egress(caller, random.serviceOf(answering), port.transport(), port.number());
                var toPod = engine.egress(caller, answering, port.transport(), port.number());
                if (answer(toService) == Answer.ALLOWED) {
                    allowed++;
                    assertThat(answer(toPod))
                            .as("world %d: %s to %s, by %s", worldSeed, caller, answering, engine.policies())
                            .isEqualTo(Answer.ALLOWED);
                } else if (answer(toPod) == Answer.ALLOWED) {
                    closedInDoubt++;
                }
            }
        }

        assertThat(allowed).isGreaterThan(1000);
        assertThat(closedInDoubt).isGreaterThan(10);
    }

    private static void compare(
            long worldSeed, RandomWorld world, PolicySet engine, PlainReading reading, Map<Answer, Integer> seen) {
        var pods = IntStream.range(0, 8).mapToObj(_ -> world.localPod()).toList();
        var others = IntStream.range(0, 24).mapToObj(_ -> world.other()).toList();
        for (var flow = 0; flow < FLOWS_PER_WORLD; flow += 2) {
            var pod = world.one(pods);
            var other = world.one(others);
            var transport = world.transport();
            var port = world.one(RandomWorld.PORTS);
            check(
                    worldSeed,
                    engine.policies(),
                    "ingress of " + pod + " from " + other,
                    transport,
                    port,
                    engine.ingress(other, pod, transport, port),
                    reading.ingress(other, pod, transport, port),
                    seen);
            check(
                    worldSeed,
                    engine.policies(),
                    "egress of " + pod + " to " + other,
                    transport,
                    port,
                    engine.egress(pod, other, transport, port),
                    reading.egress(pod, other, transport, port),
                    seen);
        }
    }

    private static void check(
            long worldSeed,
            List<Policy> policies,
            String flow,
            Transport transport,
            int port,
            Verdict verdict,
            Answer expected,
            Map<Answer, Integer> seen) {
        seen.merge(expected, 1, Integer::sum);
        if (answer(verdict) != expected) {
            assertThat(answer(verdict))
                    .as("world %d: %s %s/%d: %s, by %s", worldSeed, flow, transport, port, verdict, policies)
                    .isEqualTo(expected);
        }
    }

    private static Answer answer(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Denied _ -> Answer.DENIED;
            case Verdict.Allowed allowed -> allowed.audited().isPresent() ? Answer.AUDITED : Answer.ALLOWED;
        };
    }
}
