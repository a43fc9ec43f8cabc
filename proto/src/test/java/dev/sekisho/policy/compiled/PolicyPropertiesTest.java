package dev.sekisho.policy.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.codec.PolicyCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What must hold for any policies and pods.
class PolicyPropertiesTest {
    private static final ClusterName LOCAL = RandomPolicies.CLUSTERS.getFirst();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    /// Flows between pods of three clusters, each of them judged by the local cluster's policies.
    private record Flows(List<Endpoint.Pod> local, List<Endpoint.Pod> others) {
        static Flows random(RandomPolicies random) {
            return new Flows(
                    IntStream.range(0, 6).mapToObj(_ -> random.podOf(LOCAL)).toList(),
                    IntStream.range(0, 12)
                            .mapToObj(_ -> random.podOf(random.one(RandomPolicies.CLUSTERS)))
                            .toList());
        }

        /// One verdict for each direction, pair of pods and port, always in the same order.
        List<Verdict> judge(PolicySet policies) {
            var verdicts = new ArrayList<Verdict>();
            for (var subject : local) {
                for (var other : others) {
                    for (var port : List.of(80, 81, 443, 9000)) {
                        for (var transport : List.of(Transport.TCP, Transport.UDP)) {
                            verdicts.add(policies.ingress(other, subject, transport, port));
                            verdicts.add(policies.egress(subject, other, transport, port));
                        }
                    }
                }
            }
            return verdicts;
        }

        Flows renamed(UnaryOperator<ClusterName> rename) {
            return new Flows(renamed(local, rename), renamed(others, rename));
        }

        private static List<Endpoint.Pod> renamed(List<Endpoint.Pod> pods, UnaryOperator<ClusterName> rename) {
            return pods.stream()
                    .map(pod -> new Endpoint.Pod(
                            rename.apply(pod.cluster()),
                            pod.name(),
                            pod.labels(),
                            pod.namespaceLabels(),
                            pod.serviceAccount(),
                            pod.address(),
                            pod.ports()))
                    .toList();
        }
    }

    private static List<Boolean> allowed(List<Verdict> verdicts) {
        return verdicts.stream().map(Verdict::isAllowed).toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_policy_more_never_takes_from_a_pod_that_is_isolated_already(long seed) {
        var random = RandomPolicies.seeded(seed);
        var policies = random.policies(6);
        var more = new ArrayList<>(policies);
        more.add(random.policy());
        var flows = Flows.random(random);

        var before = flows.judge(new PolicySet(LOCAL, policies));
        var after = flows.judge(new PolicySet(LOCAL, more));

        for (var i = 0; i < before.size(); i++) {
            if (before.get(i) instanceof Verdict.Allowed allowed && allowed.by().isPresent()) {
                assertThat(after.get(i).isAllowed())
                        .as("seed %d flow %d", seed, i)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void invariant_3_a_policy_without_rules_never_opens_anything(long seed) {
        var random = RandomPolicies.seeded(seed);
        var policies = random.policies(6);
        var more = new ArrayList<Policy>(policies);
        more.add(Policy.closed(new PolicyName("x", "closed")));
        var flows = Flows.random(random);

        var before = flows.judge(new PolicySet(LOCAL, policies));
        var after = flows.judge(new PolicySet(LOCAL, more));

        for (var i = 0; i < before.size(); i++) {
            assertThat(after.get(i).isAllowed() && !before.get(i).isAllowed())
                    .as("seed %d flow %d", seed, i)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_order_of_policies_changes_no_verdict(long seed) {
        var random = RandomPolicies.seeded(seed);
        var policies = random.policies(8);
        var flows = Flows.random(random);

        assertThat(flows.judge(new PolicySet(LOCAL, random.shuffled(policies))))
                .as("seed %d", seed)
                .isEqualTo(flows.judge(new PolicySet(LOCAL, policies)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void renaming_the_clusters_everywhere_changes_no_verdict(long seed) {
        var random = RandomPolicies.seeded(seed);
        var policies = random.policies(8);
        var flows = Flows.random(random);
        UnaryOperator<ClusterName> rename = cluster -> {
            var clusters = RandomPolicies.CLUSTERS;
            return clusters.get((clusters.indexOf(cluster) + 1) % clusters.size());
        };

        var renamed = new PolicySet(
                rename.apply(LOCAL),
                policies.stream().map(policy -> renamed(policy, rename)).toList());

        assertThat(allowed(flows.renamed(rename).judge(renamed)))
                .as("seed %d", seed)
                .isEqualTo(allowed(flows.judge(new PolicySet(LOCAL, policies))));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_wire_changes_neither_policies_nor_version(long seed) {
        var policies = RandomPolicies.seeded(seed).policies(8);

        var read = policies.stream()
                .map(policy -> PolicyCodec.fromWire(PolicyCodec.toWire(policy)))
                .toList();

        assertThat(read).as("seed %d", seed).isEqualTo(policies);
        assertThat(new PolicySet(LOCAL, read).version()).isEqualTo(new PolicySet(LOCAL, policies).version());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_denial_always_says_who_isolates_and_what_came_nearest(long seed) {
        var random = RandomPolicies.seeded(seed);
        var verdicts = Flows.random(random).judge(new PolicySet(LOCAL, random.policies(8)));

        assertThat(verdicts)
                .as("seed %d", seed)
                .filteredOn(Verdict.Denied.class::isInstance)
                .extracting(Verdict.Denied.class::cast)
                .allSatisfy(denied -> {
                    assertThat(denied.isolatedBy()).isNotEmpty();
                    assertThat(denied.nearestMiss()).hasSizeBetween(1, 1000);
                });
    }

    private static NamespacedPolicy renamed(NamespacedPolicy policy, UnaryOperator<ClusterName> rename) {
        return new NamespacedPolicy(
                policy.name(),
                policy.subject(),
                policy.isolates(),
                renamed(policy.ingress(), rename),
                renamed(policy.egress(), rename));
    }

    private static List<Rule> renamed(List<Rule> rules, UnaryOperator<ClusterName> rename) {
        return rules.stream()
                .map(rule -> new Rule(
                        rule.peers().stream().map(peer -> renamed(peer, rename)).toList(), rule.ports()))
                .toList();
    }

    private static PeerSelector renamed(PeerSelector peer, UnaryOperator<ClusterName> rename) {
        return peer instanceof PeerSelector.Pods(var clusters, var namespaces, var pods, var accounts)
                ? new PeerSelector.Pods(clusters, namespaces.map(selector -> renamed(selector, rename)), pods, accounts)
                : peer;
    }

    private static LabelSelector renamed(LabelSelector selector, UnaryOperator<ClusterName> rename) {
        return new LabelSelector(
                selector.matchLabels().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, label -> renamed(label.getKey(), label.getValue(), rename))),
                selector.matchExpressions().stream()
                        .map(requirement -> new Requirement(
                                requirement.key(),
                                requirement.operator(),
                                requirement.values().stream()
                                        .map(value -> renamed(requirement.key(), value, rename))
                                        .toList()))
                        .toList());
    }

    private static String renamed(String key, String value, UnaryOperator<ClusterName> rename) {
        return key.equals(PolicySet.CLUSTER_LABEL)
                ? rename.apply(new ClusterName(value)).value()
                : value;
    }
}
