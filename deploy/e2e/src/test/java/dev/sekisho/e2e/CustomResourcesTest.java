package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a real API server makes of `deploy/crds`.
@OnRealKubernetes
class CustomResourcesTest {
    private static final Path ROOT = Path.of(System.getProperty("sekisho.root"));

    private static final String EXPORT = "{apiVersion: multicluster.x-k8s.io/v1beta1, kind: ServiceExport, ";
    private static final String IMPORT =
            "{apiVersion: multicluster.x-k8s.io/v1beta1, kind: ServiceImport, metadata: {name: db}, spec: ";
    private static final String PEER = "{apiVersion: sekisho.dev/v1alpha1, kind: Peer, metadata: {name: osaka}, spec: ";
    private static final String POLICY =
            "{apiVersion: sekisho.dev/v1alpha1, kind: ClusterSetNetworkPolicy, metadata: {name: db}, spec: ";
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

    private static final LabCluster CLUSTER = new LabCluster(ROOT);

    @BeforeAll
    static void up() throws Exception {
        CLUSTER.upWithoutNode();
        for (var folder : List.of("deploy/crds", "deploy/crds/optional")) {
            CLUSTER.kubectl("apply", "-f", ROOT.resolve(folder).toString()).succeeds();
        }
        CLUSTER.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
                .succeeds();
    }

    @AfterAll
    static void down() throws Exception {
        CLUSTER.down();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                EXPORT + "metadata: {name: db}}",
                EXPORT + "metadata: {name: 1-db}, spec: {exportedLabels: {app.kubernetes.io/name: db, tier: ''}}}",
                IMPORT + "{type: ClusterSetIP, ports: [{port: 53}, {name: udp, protocol: UDP, port: 53}],"
                        + " ips: [10.96.7.7, 'fd00:96::7'], ipFamilies: [IPv4, IPv6], sessionAffinity: ClientIP,"
                        + " sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}}}",
                IMPORT + "{type: Headless, ports: [], ipFamilies: [IPv6]}}",
                PEER + "{caBundle: '" + BEGIN + "'}}",
                PEER + "{endpoint: '[2001:db8::2]:7443', caBundle: '" + BEGIN + "'}}",
                POLICY + "{}}",
                POLICY + "{podSelector: {matchLabels: {role: db}}, policyTypes: [Ingress, Egress], ingress: [{}]}}",
                POLICY + "{ingress: [{from: [{clusterSelector: {}, podSelector: {}}, {serviceAccounts: [a]},"
                        + " {clusterSelector: {matchExpressions: [{key: region, operator: In, values: [west]}]},"
                        + " ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}],"
                        + " ports: [{port: 80, endPort: 90}, {port: http}, {protocol: SCTP}]}],"
                        + " egress: [{to: [{namespaceSelector: {}}]}]}}"
            })
    void what_can_work_is_taken(String object) throws Exception {
        CLUSTER.kubectlReading(object, "create", "--dry-run=server", "-f", "-").succeeds();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        {type: ClusterSetIP, ports: [{port: 1}], ips: [10.0.0.1], ipFamilies: [IPv4, IPv6]}              | same length
        {type: ClusterSetIP, ports: [{port: 1}], ips: ['fd00::1', 10.0.0.1], ipFamilies: [IPv4, IPv6]}   | same order
        {type: ClusterSetIP, ports: [{port: 1}], ips: [10.0.0.1, 10.0.0.2], ipFamilies: [IPv4, IPv4]}    | only once
        {type: ClusterSetIP, ports: [{port: 1}], ips: [10.0.0.300]}                                      | spec.ips[0]
        {type: Headless, ports: [{port: 1}], ips: [10.0.0.1]}                                            | no addresses
        {type: ClusterIP, ports: [{port: 1}]}                                                            | spec.type
        {type: ClusterSetIP}                                                                             | spec.ports
        {type: ClusterSetIP, ports: [{port: 0}]}                                                         | spec.ports[0].port
        {type: ClusterSetIP, ports: [{port: 1, name: a}, {port: 1, name: b}]}                            | Duplicate value
        {type: ClusterSetIP, ports: [{port: 1}], sessionAffinityConfig: {clientIP: {timeoutSeconds: 9}}} | only sessionAffinity ClientIP
        """)
    void an_import_that_contradicts_itself_is_refused(String spec, String reason) throws Exception {
        CLUSTER.kubectlReading(IMPORT + spec + "}", "create", "--dry-run=server", "-f", "-")
                .failsSaying(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        {ingress: [{from: [{}]}]}                                                       | must have a podSelector
        {ingress: [{from: [{clusterSelector: {}}]}]}                                    | a clusterSelector alone
        {ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}           | must not have ipBlock beside
        {ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, serviceAccounts: [a]}]}]}      | must not have ipBlock beside
        {ingress: [{from: [{serviceAccounts: [A]}]}]}                                   | serviceAccounts[0]
        {egress: [{to: [{clusterSelector: {}}]}]}                                       | must have a podSelector
        {podSelector: {matchExpressions: [{key: a, operator: In}]}}                     | values must be given
        {podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}    | and not otherwise
        {ingress: [{ports: [{port: 0}]}]}                                               | ports[0].port
        {ingress: [{ports: [{port: 65536}]}]}                                           | ports[0].port
        {ingress: [{ports: [{port: '80'}]}]}                                            | ports[0].port
        {ingress: [{ports: [{endPort: 80}]}]}                                           | endPort must not be below
        {ingress: [{ports: [{port: 80, endPort: 79}]}]}                                 | endPort must not be below
        {ingress: [{ports: [{port: http, endPort: 80}]}]}                               | endPort must not be below
        {policyTypes: [Both]}                                                           | policyTypes[0]
        """)
    void a_policy_that_selects_nothing_or_contradicts_itself_is_refused(String spec, String reason) throws Exception {
        CLUSTER.kubectlReading(POLICY + spec + "}", "create", "--dry-run=server", "-f", "-")
                .failsSaying(reason);
    }

    @Test
    void a_refusal_does_not_repeat_a_private_key() throws Exception {
        var pasted = PEER + "{caBundle: '" + BEGIN + " -----BEGIN EC PRIVATE KEY----- c2VjcmV0'}}";

        var refusal = CLUSTER.kubectlReading(pasted, "create", "--dry-run=server", "-f", "-");

        refusal.failsSaying("holds a private key");
        assertThat(refusal.said()).doesNotContain("c2VjcmV0");
    }

    @Test
    void an_import_is_served_in_both_versions_and_shows_its_addresses() throws Exception {
        var spec = "{type: ClusterSetIP, ports: [{port: 80}], ips: [10.96.7.7], ipFamilies: [IPv4]}}";
        CLUSTER.kubectlReading(IMPORT.replace("db", "shown") + spec, "create", "-f", "-")
                .succeeds();

        for (var version : List.of("v1beta1", "v1alpha1")) {
            var shown = CLUSTER.kubectl("get", "serviceimports." + version + ".multicluster.x-k8s.io");

            shown.succeeds();
            assertThat(shown.output()).contains("TYPE", "IP", "READY", "AGE").contains("ClusterSetIP", "10.96.7.7");
        }
        CLUSTER.kubectl("get", "svcex,svcim,svcexport,svcimport,peers,clusterproperties,csnp")
                .succeeds();
    }
}
