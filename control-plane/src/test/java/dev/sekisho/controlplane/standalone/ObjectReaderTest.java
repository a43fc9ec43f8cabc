package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an API server would reject is rejected here, with the line and field of each mistake.
class ObjectReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        metadata: {name: a.b, namespace: shop}            | 3 | metadata.name: must be 1 to 63 lower-case letters, digits or inner '-', got 'a.b'
        metadata: {namespace: shop}                       | 3 | metadata.name: is required
        metadata: {name: db, namespace: Shop}             | 3 | metadata.namespace: must be 1 to 63 lower-case letters, digits or inner '-', got 'Shop'
        metadata: {name: db, annotations: {a b: c}}       | 3 | metadata.annotations.a b: has a key that must be at most 63 letters, digits or inner '-', '_', '.', after an optional DNS name and '/', got 'a b'
        metadata: {name: db, creationTimestamp: soon}     | 3 | metadata.creationTimestamp: must be a time like 2026-11-24T09:00:00Z, got 'soon'
        spec: {}                                          | 4 | spec.ports: is required
        spec: {ports: [{port: 0}]}                        | 4 | spec.ports[0].port: must be 1 to 65535, got 0
        spec: {ports: [{name: a}]}                        | 4 | spec.ports[0].port: must be 1 to 65535, got null
        spec: {ports: [{port: '80'}]}                     | 4 | spec.ports[0].port: must be a whole number, got '80'
        spec: {ports: [{port: 80.5}]}                     | 4 | spec.ports[0].port: must be a whole number, got '80.5'
        spec: {ports: {port: 80}}                         | 4 | spec.ports: must be a list, got a mapping
        spec: {ports: [null]}                             | 4 | spec.ports[0]: must not hold null
        spec: {ports: [{port: 80, protocol: HTTP}]}       | 4 | spec.ports[0].protocol: must be one of SCTP, TCP, UDP, got 'HTTP'
        spec: {ports: [{port: 80, targetPort: 70000}]}    | 4 | spec.ports[0].targetPort: must be 1 to 65535, got 70000
        spec: {ports: [{port: 80, targetPort: '80'}]}     | 4 | spec.ports[0].targetPort: must be 1 to 15 lower-case letters, digits or single inner '-', at least one of them a letter, got '80'
        spec: {ports: [{port: 80}, {port: 81, name: a}]}  | 4 | spec.ports[0].name: is required when there are several ports
        spec: {ports: [{port: 1, name: a}, {port: 2, name: a}]} | 4 | spec.ports[1].name: is given to two ports: 'a'
        spec: {ports: [{port: 1, name: a}, {port: 1, name: b}]} | 4 | spec.ports[1].port: is given twice: 1/TCP
        spec: {ports: [{port: 80}], clusterIP: 010.0.0.1} | 4 | spec.clusterIP: must be an IPv4 or IPv6 address, got '010.0.0.1'
        spec: {ports: [{port: 80}], clusterIP: '::ffff:1.2.3.4'} | 4 | spec.clusterIP: must be an IPv4 or IPv6 address, got '::ffff:1.2.3.4'
        spec: {ports: [{port: 80}], clusterIP: None, type: NodePort} | 4 | spec.clusterIP: must not be 'None' when the type is NodePort
        spec: {ports: [{port: 80}], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]} | 4 | spec.clusterIPs[0]: must equal spec.clusterIP, got '10.0.0.2'
        spec: {type: ExternalName}                        | 4 | spec.externalName: must be a DNS name when the type is ExternalName, got ''
        spec: {type: Internal, ports: [{port: 80}]}       | 4 | spec.type: must be one of ClusterIP, ExternalName, LoadBalancer, NodePort, got 'Internal'
        spec: {ports: [{port: 80}], sessionAffinity: Client} | 4 | spec.sessionAffinity: must be one of ClientIP, None, got 'Client'
        spec: {ports: [{port: 80}], sessionAffinity: Yes} | 4 | spec.sessionAffinity: must be text, got 'Yes', which YAML reads as 'true': put it in quotes
        spec: {ports: [{port: 80}], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}} | 4 | spec.sessionAffinityConfig.clientIP.timeoutSeconds: must be 1 to 86400, got 0
        spec: {ports: [{port: 80}], ipFamilies: [IPv5]}   | 4 | spec.ipFamilies[0]: must be one of IPv4, IPv6, got 'IPv5'
        spec: {ports: [{port: 80}], selector: {role: 'a b'}} | 4 | spec.selector.role: must be at most 63 letters, digits or inner '-', '_', '.', got 'a b'
        """)
    void a_wrong_service_is_told(String replacement, int line, String told) {
        var lines = new ArrayList<>(
                List.of("apiVersion: v1", "kind: Service", "metadata: {name: db}", "spec: {ports: [{port: 80}]}"));
        lines.set(replacement.startsWith("metadata") ? 2 : 3, replacement);

        assertThat(problems(String.join("\n", lines))).containsExactly("a.yaml:" + line + ": " + told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        status: {podIP: 10.0.0.256}                    | status.podIP: must be an IPv4 or IPv6 address, got '10.0.0.256'
        status: {podIP: 'fe80::1%eth0'}                | status.podIP: must be an IPv4 or IPv6 address, got 'fe80::1%eth0'
        status: {podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]} | status.podIPs[1].ip: is a second address of its family: 10.0.0.2
        spec: {containers: [{name: a}, {name: a}]}     | spec.containers[1].name: is given to two containers: 'a'
        spec: {containers: [{ports: []}]}              | spec.containers[0].name: must be 1 to 63 lower-case letters, digits or inner '-', got ''
        spec: {containers: [{name: a, ports: [{containerPort: 65536}]}]} | spec.containers[0].ports[0].containerPort: must be 1 to 65535, got 65536
        spec: {containers: [{name: a, ports: [{containerPort: 1, name: x}, {containerPort: 2, name: x}]}]} | spec.containers[0].ports[1].name: is given to two ports: 'x'
        spec: {containers: [{name: a, ports: [{containerPort: 1, name: A}]}]} | spec.containers[0].ports[0].name: must be 1 to 15 lower-case letters, digits or single inner '-', at least one of them a letter, got 'A'
        spec: {container: []}                          | spec.container: is no field that is known here
        spec: {hostNetwork: 'yes'}                     | spec.hostNetwork: must be true or false, got 'yes'
        """)
    void a_wrong_pod_is_told(String field, String told) {
        assertThat(problems("apiVersion: v1\nkind: Pod\nmetadata: {name: web.0}\n" + field))
                .containsExactly("a.yaml:4: " + told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        endpoints: []                                     | 1 | addressType: is required
        addressType: IP                                   | 4 | addressType: must be one of FQDN, IPv4, IPv6, got 'IP'
        endpoints: [{addresses: []}]                      | 5 | endpoints[0].addresses: must be 1 to 100, got 0
        endpoints: [{addresses: ['::1']}]                 | 5 | endpoints[0].addresses[0]: must be of the addressType IPv4, got '::1'
        ports: [{port: 1, protocol: tcp}]                 | 5 | ports[0].protocol: must be one of SCTP, TCP, UDP, got 'tcp'
        ports: [{port: 1}, {port: 2}]                     | 5 | ports[1].name: is given to two ports: ''
        endpoints: [{addresses: [10.0.0.1], hostname: A}] | 5 | endpoints[0].hostname: must be 1 to 63 lower-case letters, digits or inner '-', got 'A'
        """)
    void a_wrong_endpoint_slice_is_told(String field, int line, String told) {
        var type = line == 5 ? "addressType: IPv4\n" : "";

        assertThat(problems("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-x}\n" + type
                        + field))
                .containsExactly("a.yaml:" + line + ": " + told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        metadata: {name: osaka}         | spec: {endpoint: 'x:1'}                  | 4 | spec.caBundle: is required
        metadata: {name: osaka}         | spec: {caBundle: hello}                  | 4 | spec.caBundle: must hold PEM certificates only
        metadata: {name: osaka}         | spec: {caBundle: ''}                     | 4 | spec.caBundle: must hold at least one PEM certificate
        metadata: {name: o, namespace: x} | spec: {caBundle: ''}                   | 3 | metadata.namespace: must not be given: the kind has no namespaces
        """)
    void a_wrong_peer_is_told(String metadata, String spec, int line, String told) {
        var problems = problems("apiVersion: sekisho.dev/v1alpha1\nkind: Peer\n" + metadata + "\n" + spec);

        assertThat(problems.getFirst()).isEqualTo("a.yaml:" + line + ": " + told);
    }

    @Test
    void a_private_key_in_a_bundle_is_refused_without_repeating_it() {
        var problems = problems("""
            apiVersion: sekisho.dev/v1alpha1
            kind: Peer
            metadata: {name: osaka}
            spec:
              endpoint: nowhere
              caBundle: |
                -----BEGIN PRIVATE KEY-----
                c2VjcmV0
                -----END PRIVATE KEY-----
            """);

        assertThat(problems)
                .contains(
                        "a.yaml:5: spec.endpoint: must be host:port, got 'nowhere'",
                        "a.yaml:6: spec.caBundle: holds a private key, which must never leave its cluster")
                .noneMatch(problem -> problem.contains("c2VjcmV0"));
    }

    @Test
    void the_same_object_twice_in_one_file_is_told_with_both_lines() {
        assertThat(problems("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            """))
                .containsExactly("a.yaml:5: metadata.name: Namespace shop is already given in a.yaml:1");
    }

    @Test
    void a_mistake_inside_a_list_is_told_with_its_place_in_it() {
        assertThat(problems("""
            apiVersion: v1
            kind: List
            metadata: {}
            extra: 1
            items:
            - apiVersion: v1
              kind: Namespace
              metadata: {name: shop}
            - apiVersion: multicluster.x-k8s.io/v1beta1
              kind: ServiceExport
              metadata: {name: db}
              spec:
                exportedLabels:
                  a: "b c"
            """))
                .containsExactly(
                        "a.yaml:4: extra: is no field that is known here",
                        "a.yaml:14: items[1].spec.exportedLabels.a: must be at most 63 letters, digits or inner '-',"
                                + " '_', '.', got 'b c'");
    }

    @Test
    void objects_as_kubectl_prints_them_are_read() {
        assertThat(problems("""
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              creationTimestamp: null
              uid: 1b9b-4
              resourceVersion: "7"
              managedFields: [{manager: kubectl, fieldsType: FieldsV1, fieldsV1: {"f:metadata": {}}}]
            spec:
              containers:
              - name: main
                image: nginx
                resources: {limits: {cpu: 1, memory: 64Mi}, requests: {cpu: 100m}}
                livenessProbe: {httpGet: {port: http, path: /}}
                ports: null
              nodeSelector: {}
            status: {phase: Running, startTime: "2026-01-01T00:00:00Z", podIP: 10.0.0.1, qosClass: Burstable}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db}
            spec: {clusterIP: None, type: ClusterIP, selector: {a: b}}
            status: {loadBalancer: {}}
            """)).isEmpty();
    }

    private static List<String> problems(String yaml) {
        var problems = new ArrayList<String>();
        new ObjectReader(new ClusterName("tokyo"), List.of("IPv4"))
                .read("a.yaml", yaml, problem -> problems.add(problem.toString()));
        return problems;
    }
}
