package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ClusterSetNetworkPolicy, ClusterNetworkPolicy and a namespace's policy mode, as files say them.
class PolicyKindsTest {
    private static final String CLUSTER_SET_POLICY = """
        apiVersion: sekisho.dev/v1alpha1
        kind: ClusterSetNetworkPolicy
        metadata: {name: db, namespace: shop}
        """;
    private static final String CLUSTER_POLICY = """
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: guard}
        """;

    private final List<Problem> problems = new ArrayList<>();

    private List<FileVersions.Defined> read(String text) {
        return new ObjectReader(new ClusterName("tokyo"), List.of("IPv4")).read("p.yaml", text, problems::add);
    }

    private Policy policy(String text) {
        var read = read(text);
        assertThat(problems).isEmpty();
        return ((Definition.PolicyObject) read.getFirst().definition()).policy();
    }

    private static LabelSelector labels(String key, String value) {
        return new LabelSelector(Map.of(key, value), List.of());
    }

    @Test
    void a_cluster_set_policy_is_read_with_clusters_and_service_accounts() {
        var policy = policy(CLUSTER_SET_POLICY + """
            spec:
              podSelector: {matchLabels: {role: db}}
              ingress:
                - from:
                    - clusterSelector: {matchLabels: {region: west}}
                      namespaceSelector: {}
                      serviceAccounts: [robot]
                    - clusterSelector: {}
                      ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
                    - podSelector: {}
                  ports: [{port: 6379}]
              egress:
                - to: [{clusterSelector: {}, podSelector: {}}]
            """);

        assertThat(policy)
                .isEqualTo(new NamespacedPolicy(
                        new PolicyName(PolicyKind.CLUSTER_SET_NETWORK_POLICY, "shop", "db"),
                        labels("role", "db"),
                        Set.of(Direction.INGRESS, Direction.EGRESS),
                        List.of(new Rule(
                                List.of(
                                        new PeerSelector.Pods(
                                                Optional.of(labels("region", "west")),
                                                Optional.of(LabelSelector.EVERYTHING),
                                                Optional.empty(),
                                                Set.of("robot")),
                                        new PeerSelector.Block(
                                                Cidr.parse("10.0.0.0/8"),
                                                List.of(Cidr.parse("10.1.0.0/16")),
                                                Optional.of(LabelSelector.EVERYTHING)),
                                        new PeerSelector.Pods(Optional.empty(), Optional.of(LabelSelector.EVERYTHING))),
                                List.of(new PortSelector.PortRange(Transport.TCP, 6379, 6379)))),
                        List.of(new Rule(
                                List.of(new PeerSelector.Pods(
                                        Optional.of(LabelSelector.EVERYTHING),
                                        Optional.empty(),
                                        Optional.of(LabelSelector.EVERYTHING),
                                        Set.of())),
                                List.of()))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {podSelector: {}}                                       | INGRESS
        {podSelector: {}, egress: [{}]}                         | INGRESS EGRESS
        {podSelector: {}, policyTypes: [Egress]}                | EGRESS
        """)
    void its_directions_default_as_those_of_a_network_policy(String spec, String directions) {
        var policy = (NamespacedPolicy) policy(CLUSTER_SET_POLICY + "spec: " + spec);

        assertThat(String.join(
                        " ",
                        policy.isolates().stream().sorted().map(Direction::name).toList()))
                .isEqualTo(directions);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {ingress: [{from: [{}]}]}                               | spec.ingress[0].from[0]: must have a podSelector, a namespaceSelector, serviceAccounts or an ipBlock
        {ingress: [{from: [{clusterSelector: {}}]}]}            | spec.ingress[0].from[0]: must have a podSelector, a namespaceSelector, serviceAccounts or an ipBlock: a clusterSelector alone selects no pods
        {ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, serviceAccounts: [a]}]}]} | spec.ingress[0].from[0]: must not have ipBlock beside a podSelector, a namespaceSelector or serviceAccounts
        {egress: [{to: [{serviceAccounts: [a]}]}]}              | spec.egress[0].to[0].serviceAccounts: is no field that is known here
        {ingress: [{from: [{serviceAccounts: ['A b']}]}]}       | spec.ingress[0].from[0].serviceAccounts[0]: must be the name of a service account, got 'A b'
        {ingress: [{from: [{clusterSelector: {matchExpressions: [{key: a, operator: In}]}, podSelector: {}}]}]} | spec.ingress[0].from[0].clusterSelector.matchExpressions[0].values: must be given when operator is In or NotIn
        {ingress: [{to: []}]}                                   | spec.ingress[0].to: is no field that is known here
        {ingress: [{ports: [{port: 0}]}]}                       | spec.ingress[0].ports[0].port: must be 1 to 65535, got 0
        {policyTypes: [Both]}                                   | spec.policyTypes[0]: must be one of Egress, Ingress, got 'Both'
        """)
    void what_is_wrong_with_a_cluster_set_policy_is_told_with_its_field(String spec, String problem) {
        read(CLUSTER_SET_POLICY + "spec: " + spec);

        assertThat(problems)
                .singleElement()
                .satisfies(found -> assertThat(found.toString()).endsWith(problem));
    }

    @Test
    void a_cluster_policy_is_read_whole() {
        var policy = policy(CLUSTER_POLICY + """
            spec:
              tier: Admin
              priority: 10
              subject: {namespaces: {matchLabels: {team: shop}}}
              ingress:
                - name: from-web
                  action: Accept
                  from: [{pods: {namespaceSelector: {matchLabels: {team: web}}, podSelector: {}}}]
                  protocols:
                    - tcp: {destinationPort: {number: 80}}
                    - udp: {destinationPort: {range: {start: 1, end: 9}}}
                    - destinationNamedPort: http
              egress:
                - {action: Pass, to: [{namespaces: {}}]}
                - {action: Deny, to: [{networks: [10.0.0.0/8, "fd00::/8"]}]}
                - {action: Accept, to: [{domainNames: ["*.example"]}]}
                - {action: Deny, to: [{nodes: {}}]}
            """);

        var http = new ArrayList<PortSelector>(List.of(
                new PortSelector.PortRange(Transport.TCP, 80, 80), new PortSelector.PortRange(Transport.UDP, 1, 9)));
        for (var transport : Transport.values()) {
            http.add(new PortSelector.NamedPort(transport, "http"));
        }
        assertThat(policy)
                .isEqualTo(new ClusterPolicy(
                        ClusterPolicy.name("guard"),
                        Tier.ADMIN,
                        10,
                        new Subject(labels("team", "shop"), LabelSelector.EVERYTHING),
                        List.of(new TierRule(
                                "from-web",
                                Action.ACCEPT,
                                List.of(new PeerSelector.Pods(
                                        Optional.of(labels("team", "web")), Optional.of(LabelSelector.EVERYTHING))),
                                http)),
                        List.of(
                                new TierRule(
                                        "",
                                        Action.PASS,
                                        List.of(new PeerSelector.Pods(
                                                Optional.of(LabelSelector.EVERYTHING), Optional.empty())),
                                        List.of()),
                                new TierRule(
                                        "",
                                        Action.DENY,
                                        List.of(
                                                new PeerSelector.Block(Cidr.parse("10.0.0.0/8"), List.of()),
                                                new PeerSelector.Block(Cidr.parse("fd00::/8"), List.of())),
                                        List.of()),
                                new TierRule(
                                        "", Action.ACCEPT, List.of(new PeerSelector.Unknown("domainNames")), List.of()),
                                new TierRule(
                                        "",
                                        Action.DENY,
                                        List.of(new PeerSelector.Nodes(LabelSelector.EVERYTHING)),
                                        List.of()))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {priority: 1, subject: {namespaces: {}}}                             | spec.tier: is required
        {tier: Root, priority: 1, subject: {namespaces: {}}}                 | spec.tier: must be one of Admin, Baseline, got 'Root'
        {tier: Admin, subject: {namespaces: {}}}                             | spec.priority: is required
        {tier: Admin, priority: 1001, subject: {namespaces: {}}}             | spec.priority: must be 0 to 1000, got 1001
        {tier: Admin, priority: 1}                                           | spec.subject: is required
        {tier: Admin, priority: 1, subject: {}}                              | spec.subject: must have exactly one of namespaces, pods, got 0
        {tier: Admin, priority: 1, subject: {pods: {podSelector: {}}}}       | spec.subject.pods.namespaceSelector: is required
        """)
    void what_is_wrong_with_a_cluster_policy_is_told_with_its_field(String spec, String problem) {
        read(CLUSTER_POLICY + "spec: " + spec);

        assertThat(problems)
                .singleElement()
                .satisfies(found -> assertThat(found.toString()).endsWith(problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {to: [{namespaces: {}}]}                                             | .action: is required
        {action: Allow, to: [{namespaces: {}}]}                              | .action: must be one of Accept, Deny, Pass, got 'Allow'
        {action: Deny}                                                       | .to: must be 1 to 25, got 0
        {action: Deny, to: [{}]}                                             | .to[0]: must have exactly one of namespaces, pods, networks, nodes, domainNames, got 0
        {action: Deny, to: [{namespaces: {}, nodes: {}}]}                    | .to[0]: must have exactly one of namespaces, pods, networks, nodes, domainNames, got 2
        {action: Deny, to: [{cluster: osaka}]}                               | .to[0].cluster: is no field that is known here
        {action: Deny, to: [{networks: []}]}                                 | .to[0].networks: must be 1 to 25, got 0
        {action: Deny, to: [{networks: [10.0.0.0]}]}                         | .to[0].networks[0]: must be a CIDR such as 192.0.2.0/24 or 2001:db8::/32, got '10.0.0.0'
        {action: Deny, to: [{domainNames: [a.example]}]}                     | .to[0].domainNames: must not be given in a rule that does not Accept
        {action: Deny, to: [{namespaces: {}}], protocols: []}                | .protocols: must be 1 to 25, got 0
        {action: Deny, to: [{namespaces: {}}], protocols: [{}]}              | .protocols[0]: must have exactly one of tcp, udp, sctp, destinationNamedPort, got 0
        {action: Deny, to: [{namespaces: {}}], protocols: [{tcp: {}}]}       | .protocols[0].tcp.destinationPort: is required
        {action: Deny, to: [{namespaces: {}}], protocols: [{udp: {destinationPort: {}}}]} | .protocols[0].udp.destinationPort: must have exactly one of number, range, got 0
        {action: Deny, to: [{namespaces: {}}], protocols: [{sctp: {destinationPort: {number: 65536}}}]} | .protocols[0].sctp.destinationPort.number: must be 1 to 65535, got 65536
        {action: Deny, to: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 5, end: 5}}}}]} | .protocols[0].tcp.destinationPort.range: must have a start below its end, got 5 and 5
        {action: Deny, to: [{networks: [10.0.0.0/8]}], protocols: [{destinationNamedPort: http}]} | .to[0]: must be namespaces or pods in a rule with a destinationNamedPort
        """)
    void what_is_wrong_with_a_rule_is_told_with_its_field(String rule, String problem) {
        read(CLUSTER_POLICY + "spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [" + rule + "]}");

        assertThat(problems)
                .singleElement()
                .satisfies(found -> assertThat(found.toString()).endsWith("spec.egress[0]" + problem));
    }

    @Test
    void more_rules_than_a_cluster_policy_may_have_are_refused_and_so_is_a_namespace() {
        read(CLUSTER_POLICY.replace("{name: guard}", "{name: guard, namespace: shop}")
                + "spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: ["
                + "{action: Deny, from: [{namespaces: {}}]},".repeat(26)
                + "]}");

        assertThat(problems.stream().map(Problem::field)).containsExactly("metadata.namespace", "spec.ingress");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        audit,   AUDIT
        enforce, ENFORCE
        """)
    void a_namespace_says_whether_its_policies_are_enforced(String annotation, PolicyMode mode) {
        var read = read("{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {"
                + "sekisho.dev/policy-mode: " + annotation + "}}}");

        assertThat(((Definition.Namespace) read.getFirst().definition()).policyMode())
                .contains(mode);
    }

    @Test
    void a_mode_that_is_none_is_refused() {
        read("{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {sekisho.dev/policy-mode: none}}}");

        assertThat(problems)
                .singleElement()
                .satisfies(found -> assertThat(found.toString()).contains("must be one of audit, enforce, got 'none'"));
    }
}
