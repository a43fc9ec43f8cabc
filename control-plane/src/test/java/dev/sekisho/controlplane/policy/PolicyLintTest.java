package dev.sekisho.controlplane.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sekisho.controlplane.policy.PolicyLint.Finding;
import dev.sekisho.controlplane.policy.PolicyLint.Suspicion;
import dev.sekisho.controlplane.standalone.FolderSnapshot;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyLintTest {
    private static final String PODS = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: shop, cluster: blue}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: db-0, namespace: shop, labels: {role: db}}
        spec: {containers: [{name: c, ports: [{name: redis, containerPort: 6379}]}]}
        status: {podIP: 10.0.0.1}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: frontend-0, namespace: shop, labels: {role: frontend}}
        status: {podIP: 10.0.0.2}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: agent, namespace: shop, labels: {role: agent}}
        spec: {hostNetwork: true}
        status: {podIP: 192.168.0.1}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: shop}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private PolicyWorld world(String spec) throws IOException {
        Files.writeString(folder.resolve("all.yaml"), PODS + "spec: " + spec + "\n");
        var snapshot = FolderSnapshot.read(folder);
        assertThat(snapshot.problems()).isEmpty();
        return new PolicyWorld(
                snapshot.view(), new PolicySet(snapshot.scope(), snapshot.view().policies()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {podSelector: {matchLabels: {role: dbb}}}                                              | SELECTS_NOTHING  | spec.podSelector
        {podSelector: {matchLabels: {role: agent}}}                                            | SELECTS_NOTHING  | spec.podSelector
        {podSelector: {matchLabels: {role: db}}, ingress: [{}, {ports: [{port: web}]}]}         | NOBODY_HAS_PORT  | spec.ingress[1].ports
        {podSelector: {matchLabels: {role: frontend}}, ingress: [{ports: [{port: redis}]}]}     | NOBODY_HAS_PORT  | spec.ingress[0].ports
        {podSelector: {}, ingress: [{ports: [{port: redis, protocol: UDP}]}]}                   | NOBODY_HAS_PORT  | spec.ingress[0].ports
        {podSelector: {}, egress: [{ports: [{port: web}]}]}                                     | NOBODY_HAS_PORT  | spec.egress[0].ports
        {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {cluster: osaka}}}]}]} | NAMES_NO_CLUSTER | spec.ingress[0].from[0]
        {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {io.cilium.k8s.policy.cluster: a}}}]}]} | NAMES_NO_CLUSTER | spec.ingress[0].from[0]
        {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}]}]}                     | BLOCK_HOLDS_PODS | spec.egress[0].to[0].ipBlock
        """)
    void what_is_hardly_meant_is_found(String spec, Suspicion suspicion, String field) throws IOException {
        assertThat(PolicyLint.of(world(spec)))
                .extracting(Finding::suspicion, Finding::field)
                .containsExactly(tuple(suspicion, field));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {podSelector: {}}
        {podSelector: {matchLabels: {role: db}}, ingress: [{ports: [{port: redis}]}]}
        {podSelector: {matchLabels: {role: frontend}}, egress: [{ports: [{port: redis}]}]}
        {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {cluster: blue}}}]}]}
        {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}}]}]}
        {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: web}}}]}]}
        {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: 192.168.0.0/24}}]}]}
        {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/30]}}]}]}
        """)
    void what_is_meant_is_left_alone(String spec) throws IOException {
        assertThat(PolicyLint.of(world(spec))).isEmpty();
    }

    private static ClusterPolicy clusterPolicy(String name, int priority, String role, PeerSelector peer) {
        return new ClusterPolicy(
                ClusterPolicy.name(name),
                Tier.ADMIN,
                priority,
                new Subject(LabelSelector.EVERYTHING, new LabelSelector(Map.of("role", role), List.of())),
                List.of(new TierRule("", Action.DENY, List.of(peer), List.of())),
                List.of());
    }

    private List<Finding> lint(Policy... policies) throws IOException {
        var world = world("{podSelector: {}}");
        return PolicyLint.of(new PolicyWorld(world.view(), new PolicySet(new ClusterName("local"), List.of(policies))));
    }

    @Test
    void only_cluster_policies_of_one_rank_that_share_a_pod_are_a_tie() throws IOException {
        var anyone = new PeerSelector.Pods(Optional.of(LabelSelector.EVERYTHING), Optional.empty());

        assertThat(lint(clusterPolicy("a", 1, "db", anyone), clusterPolicy("b", 1, "db", anyone)))
                .extracting(Finding::suspicion, finding -> finding.policy().name())
                .containsExactly(tuple(Suspicion.TIE, "b"));
        assertThat(lint(clusterPolicy("a", 1, "db", anyone), clusterPolicy("b", 2, "db", anyone)))
                .isEmpty();
        assertThat(lint(clusterPolicy("a", 1, "db", anyone), clusterPolicy("b", 1, "frontend", anyone)))
                .isEmpty();
    }

    @Test
    void a_field_that_cannot_be_judged_is_told_with_what_follows() throws IOException {
        assertThat(lint(clusterPolicy("a", 1, "db", new PeerSelector.Unknown("domainNames"))))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.suspicion()).isEqualTo(Suspicion.UNKNOWN_FIELD);
                    assertThat(finding.reason()).contains("domainNames", "denies everyone");
                });
    }
}
