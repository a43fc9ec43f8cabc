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
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private PolicyWorld world(String spec) throws IOException {
        return worldOf("""
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: p, namespace: shop}
            spec: %s
            """.formatted(spec));
    }

    private PolicyWorld clusterWorld(String... specs) throws IOException {
        var policies = new ArrayList<String>();
        for (var spec : specs) {
            policies.add(clusterPolicy(spec).replace("name: p", "name: p" + policies.size()));
        }
        return worldOf(policies.toArray(String[]::new));
    }

    /// @param spec its subject and all that follows
    private static String clusterPolicy(String spec) {
        return """
            apiVersion: policy.networking.k8s.io/v1alpha2
            kind: ClusterNetworkPolicy
            metadata: {name: p}
            spec: {tier: Admin, priority: 1, subject: %s}
            """.formatted(spec);
    }

    private PolicyWorld worldOf(String... objects) throws IOException {
        Files.writeString(folder.resolve("all.yaml"), PODS + "---\n" + String.join("---\n", objects));
        var snapshot = FolderSnapshot.read(folder);
        assertThat(snapshot.problems()).isEmpty();
        return snapshot.world();
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
        {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}                    | BLOCK_IS_LOCAL   | spec.ingress[0].from[0].ipBlock
        {podSelector: {}, egress: [{to: [{ipBlock: {cidr: "::/0"}}]}]}                          | BLOCK_IS_LOCAL   | spec.egress[0].to[0].ipBlock
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
        {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}}]}]}
        {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}, {ipBlock: {cidr: 192.168.0.0/24}}]}]}
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
        return PolicyLint.of(new PolicyWorld(
                world.view(),
                new PolicySet(new ClusterName("local"), List.of(policies)),
                Stream.of(policies)
                        .map(policy -> new WrittenPolicy(policy, Map.of()))
                        .toList(),
                Set.of()));
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

    @Test
    void a_rule_that_accepts_and_cannot_be_judged_accepts_no_one() throws IOException {
        var spec = "{namespaces: {}}, egress: [{action: Accept, to: [{namespaces: {}}, {domainNames: [a.example]}]}]";

        assertThat(PolicyLint.of(clusterWorld(spec))).singleElement().satisfies(finding -> {
            assertThat(finding.field()).isEqualTo("spec.egress[0].to[1]");
            assertThat(finding.reason()).contains("accepts no one, whoever else it names");
        });
    }

    @Test
    void all_addresses_as_networks_mean_this_cluster_only() throws IOException {
        var spec = "{namespaces: {}}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]";

        assertThat(PolicyLint.of(clusterWorld(spec))).singleElement().satisfies(finding -> {
            assertThat(finding.suspicion()).isEqualTo(Suspicion.BLOCK_IS_LOCAL);
            assertThat(finding.field()).isEqualTo("spec.egress[0].to[0].networks[0]");
            assertThat(finding.reason()).contains("no pod of another one", "sekisho.dev/cluster");
        });
    }

    @Test
    void a_block_is_held_against_every_address_of_a_pod() throws IOException {
        var twoFamilies = """
            apiVersion: v1
            kind: Pod
            metadata: {name: six, namespace: shop}
            status: {podIP: 10.0.0.66, podIPs: [{ip: 10.0.0.66}, {ip: "fd00::66"}]}
            """;
        var policy = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: p, namespace: shop}
            spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: "fd00::/64"}}]}]}
            """;

        assertThat(PolicyLint.of(worldOf(twoFamilies, policy))).singleElement().satisfies(finding -> {
            assertThat(finding.suspicion()).isEqualTo(Suspicion.BLOCK_HOLDS_PODS);
            assertThat(finding.reason()).contains("shop/six (fd00::66)");
        });
    }

    @Test
    void a_port_name_of_a_cluster_policy_may_be_of_any_protocol() throws IOException {
        var rule = "{namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}],"
                + " protocols: [{destinationNamedPort: NAME}]}]";

        assertThat(PolicyLint.of(clusterWorld(rule.replace("NAME", "redis")))).isEmpty();
        assertThat(PolicyLint.of(clusterWorld(rule.replace("NAME", "web"))))
                .extracting(Finding::suspicion, Finding::field)
                .containsExactly(tuple(Suspicion.NOBODY_HAS_PORT, "spec.ingress[0].protocols"));
    }

    @Test
    void a_subject_may_name_its_own_cluster() throws IOException {
        var ofCluster = "{namespaces: {matchLabels: {sekisho.dev/cluster: NAME}}},"
                + " ingress: [{action: Deny, from: [{namespaces: {}}]}]";
        var here = ofCluster.replace("NAME", "local");

        assertThat(PolicyLint.of(clusterWorld(here))).isEmpty();
        assertThat(PolicyLint.of(clusterWorld(here, here)))
                .extracting(Finding::suspicion)
                .containsExactly(Suspicion.TIE);
        assertThat(PolicyLint.of(clusterWorld(ofCluster.replace("NAME", "osaka"))))
                .extracting(Finding::suspicion)
                .containsExactly(Suspicion.SELECTS_NOTHING);
    }

    @Test
    void a_peer_is_told_where_it_is_written() throws IOException {
        var spec = "{namespaces: {}}, egress: [{action: Deny, to: [{networks: [9.0.0.0/8, 10.0.0.0/8]}, {nodes: {}},"
                + " {pods: {namespaceSelector: {matchLabels: {cluster: osaka}}, podSelector: {}}}]}]";
        var node = """
            apiVersion: v1
            kind: Node
            metadata: {name: worker}
            status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: ExternalIP, address: 192.0.2.1}]}
            """;

        assertThat(PolicyLint.of(worldOf(clusterPolicy(spec), node)))
                .extracting(Finding::suspicion, Finding::field)
                .containsExactly(
                        tuple(Suspicion.BLOCK_HOLDS_PODS, "spec.egress[0].to[0].networks[1]"),
                        tuple(Suspicion.NAMES_NO_CLUSTER, "spec.egress[0].to[2]"));
    }

    @Test
    void nodes_are_suspicious_only_where_none_is_known() throws IOException {
        var spec = "{namespaces: {}}, egress: [{action: Deny, to: [{networks: [9.0.0.0/8]}, {nodes: {}}]}]";

        assertThat(PolicyLint.of(worldOf(clusterPolicy(spec))))
                .extracting(Finding::suspicion, Finding::field)
                .containsExactly(tuple(Suspicion.UNKNOWN_FIELD, "spec.egress[0].to[1]"));
    }

    /// Of tokyo in the east, linked with osaka in the west.
    private List<Finding> lintInTokyo(String peer) throws IOException {
        var snapshot = worldOf("""
            apiVersion: sekisho.dev/v1alpha1
            kind: ClusterSetNetworkPolicy
            metadata: {name: p, namespace: shop}
            spec: {podSelector: {}, ingress: [{from: [%s]}]}
            """.formatted(peer));
        var tokyo = new ClusterName("tokyo");
        var osaka = new ClusterName("osaka");
        var labels = Map.of(tokyo, Map.of("region", "east"), osaka, Map.of("region", "west"));
        var scope = new PolicyScope(tokyo, labels, PolicyMode.ENFORCE, Map.of());
        return PolicyLint.of(new PolicyWorld(
                snapshot.view(),
                new PolicySet(scope, snapshot.view().policies()),
                snapshot.written(),
                labels.keySet()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {namespaceSelector: {matchLabels: {sekisho.dev/cluster: osakka}}}                  | it names osakka, which is no member cluster
        {namespaceSelector: {matchExpressions: [{key: sekisho.dev/cluster, operator: NotIn, values: [osakka]}]}} | it names osakka, which is no member cluster
        {clusterSelector: {matchLabels: {sekisho.dev/cluster: osakka}}, podSelector: {}}   | it names osakka, which is no member cluster
        {clusterSelector: {matchLabels: {region: north}}, podSelector: {}}                 | it means no member cluster
        {clusterSelector: {matchLabels: {region: north}}, ipBlock: {cidr: 0.0.0.0/0}}      | it means no member cluster
        """)
    void a_peer_that_means_no_member_is_told_with_those_that_are_known(String peer, String reason) throws IOException {
        assertThat(lintInTokyo(peer)).singleElement().satisfies(finding -> {
            assertThat(finding.suspicion()).isEqualTo(Suspicion.NAMES_NO_MEMBER);
            assertThat(finding.field()).isEqualTo("spec.ingress[0].from[0]");
            assertThat(finding.reason()).isEqualTo(reason + "; known are osaka, tokyo");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}}
        {namespaceSelector: {matchExpressions: [{key: sekisho.dev/cluster, operator: Exists}]}}
        {clusterSelector: {}, podSelector: {}}
        {clusterSelector: {matchLabels: {region: west}}, podSelector: {}}
        {clusterSelector: {matchLabels: {region: west}}, ipBlock: {cidr: 0.0.0.0/0}}
        """)
    void a_peer_that_means_a_member_is_left_alone(String peer) throws IOException {
        assertThat(lintInTokyo(peer)).isEmpty();
    }
}
