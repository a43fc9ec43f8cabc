package dev.sekisho.bench.policy;

import dev.sekisho.bench.policy.ManyPolicies.Peers;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A verdict with 1,000 policies of 10 rules on the pod, and making and changing sets of 10,000. Sampled, as the median
/// is what is promised.
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PolicyBenchmark {
    /// One namespace in which every policy selects the pod that is called.
    @State(Scope.Benchmark)
    public static class Crowded {
        private static final int FEW = 64;
        /// Many times what any cache holds, so that each is new when its turn comes again.
        private static final int MANY = 1 << 18;

        @Param({"LABELS", "MIXED", "ABSENCES", "ACCOUNTS"})
        @SuppressWarnings("NullAway.Init") // JMH sets it before the setup
        public Peers peers;

        private PolicySet policies = new PolicySet(ManyPolicies.CLUSTER, List.of());
        private final Endpoint.Pod server = ManyPolicies.server();
        private List<Endpoint.Pod> callers = List.of();
        private int next;

        @Setup
        public void fill() {
            policies = new PolicySet(ManyPolicies.CLUSTER, ManyPolicies.policies(1_000, 1, peers));
            callers = IntStream.range(0, MANY).mapToObj(ManyPolicies::caller).toList();
        }

        private Endpoint.Pod oneOf(int count) {
            next = (next + 1) % count;
            return callers.get(next);
        }
    }

    @Benchmark
    public Verdict callerSeenBefore(Crowded crowd) {
        return crowd.policies.ingress(crowd.oneOf(Crowded.FEW), crowd.server, Transport.TCP, 80);
    }

    @Benchmark
    public Verdict newCaller(Crowded crowd) {
        return crowd.policies.ingress(crowd.oneOf(Crowded.MANY), crowd.server, Transport.TCP, 80);
    }

    /// Ten thousand policies in a hundred namespaces.
    @State(Scope.Benchmark)
    public static class Large {
        private final List<Policy> policies = ManyPolicies.policies(10_000, 100, Peers.MIXED);
        private final List<Policy> edited = edited();
        private final PolicyScope scope = PolicyScope.of(ManyPolicies.CLUSTER);
        private final PolicySet before = new PolicySet(scope, policies);

        private List<Policy> edited() {
            var changed = new ArrayList<>(policies);
            changed.set(4_711, ManyPolicies.policy(4_711, "ns-" + 4_711 % 100, Peers.MIXED, 8080));
            return changed;
        }
    }

    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public PolicySet compileTenThousand(Large large) {
        return new PolicySet(large.scope, large.policies);
    }

    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public PolicySet updateOneOfTenThousand(Large large) {
        return large.before.with(large.scope, large.edited);
    }
}
