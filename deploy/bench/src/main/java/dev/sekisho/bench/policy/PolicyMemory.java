package dev.sekisho.bench.policy;

import dev.sekisho.bench.policy.ManyPolicies.Peers;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.compiled.PolicySet;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// What the heap holds more of after something was made: a caller's identity, a rule, and the memory of an engine that
/// has answered very many questions.
public final class PolicyMemory {
    private static final int IDENTITIES = 100_000;
    private static final int POLICIES = 10_000;
    private static final int RULES = 10 * POLICIES;
    private static final int QUESTIONS = 100_000;

    private PolicyMemory() {}

    public static void main(String[] args) {
        System.out.printf("%-48s %12s%n", "memory", "bytes");
        print("per identity (own labels, interned)", grownBy(PolicyMemory::identities) / IDENTITIES);
        var policies = ManyPolicies.policies(POLICIES, 100, Peers.MIXED);
        var callers = identities();
        try {
            print("per rule as read", grownBy(() -> ManyPolicies.policies(POLICIES, 100, Peers.MIXED)) / RULES);
            print("per rule, compiled", grownBy(() -> new PolicySet(ManyPolicies.CLUSTER, policies)) / RULES);
            var asked = new PolicySet(ManyPolicies.CLUSTER, ManyPolicies.policies(1_000, 1, Peers.MIXED));
            print("all that is remembered after " + QUESTIONS + " callers", grownBy(() -> answers(asked, callers)));
        } finally {
            // What is there before and after is not to count.
            Reference.reachabilityFence(policies);
            Reference.reachabilityFence(callers);
        }
    }

    private static void print(String what, long bytes) {
        System.out.printf("%-48s %,12d%n", what, bytes);
    }

    private static List<Endpoint.Pod> identities() {
        return IntStream.range(0, IDENTITIES).mapToObj(ManyPolicies::caller).toList();
    }

    private static Object answers(PolicySet policies, List<Endpoint.Pod> callers) {
        var server = ManyPolicies.server();
        for (var caller : callers) {
            policies.ingress(caller, server, Transport.TCP, 80);
        }
        return policies;
    }

    /// @param made stays reachable while the heap is measured
    private static long grownBy(Supplier<Object> made) {
        var before = used();
        var held = new ArrayList<Object>(List.of(made.get()));
        try {
            return Math.max(0, used() - before);
        } finally {
            Reference.reachabilityFence(held);
        }
    }

    /// After several collections have found no more to free.
    private static long used() {
        var heap = ManagementFactory.getMemoryMXBean();
        var least = Long.MAX_VALUE;
        for (var unchanged = 0; unchanged < 3; ) {
            heap.gc();
            var used = heap.getHeapMemoryUsage().getUsed();
            unchanged = used < least ? 0 : unchanged + 1;
            least = Math.min(least, used);
        }
        return least;
    }
}
