package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// What the conformance suite of the Multi-Cluster Services API asks of an implementation: one test for each of its 27
/// assertions, by their numbers in the order of its chapters. `tokyo` is its first cluster, `osaka` its second.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
    /// What the suite grants.
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Duration SLICES_SOON = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(5);
    private static final String TCP_AND_UDP =
            "{name: tcp, port: 42, protocol: TCP}, {name: udp, port: 42, protocol: UDP}";
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private final Clusterset set;
    private final String tokyo;
    private final String osaka;
    private final HelloWorld hello;

    ConformanceTest(Clusterset set) {
        this.set = set;
        this.tokyo = set.tokyo();
        this.osaka = set.osaka();
        this.hello = new HelloWorld(set);
    }

    @AfterAll
    void removeWhatRuns() {
        hello.close();
    }

    private String namespace() {
        var name = "mcs-" + NAMESPACES.incrementAndGet();
        hello.namespace(name);
        return name;
    }

    @Test
    @DisplayName("1: an import lasts as long as one cluster exports")
    void an_import_lasts_as_long_as_one_cluster_exports() throws Exception {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.export(tokyo, namespace);
        awaitImport(tokyo, namespace);
        hello.service(osaka, namespace, TCP_AND_UDP);
        hello.export(osaka, namespace);
        awaitCondition(osaka, namespace, "Valid", "True");

        hello.unexport(tokyo, namespace);

        Await.stays(A_WHILE, () -> assertThat(isImported(tokyo, namespace)).isTrue());
        hello.unexport(osaka, namespace);
        awaitNoImport(tokyo, namespace);
    }

    @Test
    @DisplayName("2: a ClusterIP service becomes a ClusterSetIP import in every cluster, until it is unexported")
    void a_cluster_ip_service_is_imported_everywhere() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.export(tokyo, namespace);

        awaitCondition(tokyo, namespace, "Valid", "True");
        for (var cluster : set.kubernetes()) {
            assertThat(awaitImport(cluster, namespace).at("/spec/type").asString())
                    .isEqualTo("ClusterSetIP");
        }

        hello.unexport(tokyo, namespace);
        set.kubernetes().forEach(cluster -> awaitNoImport(cluster, namespace));
    }

    @Test
    @DisplayName("3, 4, 5, 7: settings and ports are those of the service")
    void settings_and_ports_are_those_of_the_service() {
        var namespace = namespace();
        hello.service(
                tokyo,
                namespace,
                TCP_AND_UDP,
                "sessionAffinity: ClientIP",
                "sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}",
                "internalTrafficPolicy: Cluster",
                "trafficDistribution: PreferClose");
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            var spec = awaitImport(cluster, namespace).at("/spec");
            assertThat(spec.at("/sessionAffinity").asString()).isEqualTo("ClientIP");
            assertThat(spec.at("/sessionAffinityConfig").toString())
                    .isEqualTo("{\"clientIP\":{\"timeoutSeconds\":10}}");
            assertThat(spec.at("/internalTrafficPolicy").asString()).isEqualTo("Cluster");
            assertThat(spec.at("/trafficDistribution").asString()).isEqualTo("PreferClose");
            assertThat(ports(spec)).containsExactly("tcp/42/TCP", "udp/42/UDP");
            assertThat(spec.at("/ports").findValues("appProtocol")).isEmpty();
        }
    }

    @Test
    @DisplayName("6: there is one address for each family")
    void there_is_one_address_for_each_family() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            var spec = awaitImport(cluster, namespace).at("/spec");
            assertThat(texts(spec.at("/ipFamilies"))).containsExactly("IPv4", "IPv6");
            assertThat(texts(spec.at("/ips")))
                    .hasSize(2)
                    .satisfiesExactly(
                            ipv4 -> assertThat(ipv4).contains("."),
                            ipv6 -> assertThat(ipv6).contains(":"));
        }
    }

    @Test
    @DisplayName("8: ports are the union of all, and that they differ is told")
    void ports_are_the_union_of_all() throws Exception {
        var namespace = namespace();
        exportOneAfterTheOther(namespace, TCP_AND_UDP, TCP_AND_UDP + ", {name: stcp, port: 142, protocol: SCTP}");

        awaitConflictOnBoth(namespace);
        for (var cluster : set.kubernetes()) {
            Await.holds(
                    SOON,
                    "the union in " + cluster,
                    () -> assertThat(ports(awaitImport(cluster, namespace).at("/spec")))
                            .containsExactly("stcp/142/SCTP", "tcp/42/TCP", "udp/42/UDP"));
        }
    }

    @Test
    @DisplayName("9: of conflicting ports the oldest export's count")
    void of_conflicting_ports_the_oldest_count() throws Exception {
        var namespace = namespace();
        exportOneAfterTheOther(
                namespace, TCP_AND_UDP, "{name: tcp, port: 43, protocol: TCP}, {name: udp, port: 42, protocol: UDP}");

        awaitConflictOnBoth(namespace);
        for (var cluster : set.kubernetes()) {
            assertThat(ports(awaitImport(cluster, namespace).at("/spec"))).containsExactly("tcp/42/TCP", "udp/42/UDP");
        }
    }

    @Test
    @DisplayName("10, 11: a headless service is imported as Headless, without an address")
    void a_headless_service_has_no_address() throws Exception {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP, "clusterIP: None");
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            assertThat(awaitImport(cluster, namespace).at("/spec/type").asString())
                    .isEqualTo("Headless");
        }
        Await.stays(
                A_WHILE,
                () -> assertThat(texts(awaitImport(osaka, namespace).at("/spec/ips")))
                        .isEmpty());

        hello.unexport(tokyo, namespace);
        set.kubernetes().forEach(cluster -> awaitNoImport(cluster, namespace));
    }

    @Test
    @DisplayName("12: an ExternalName service is not exported")
    void an_external_name_service_is_not_exported() throws Exception {
        var namespace = namespace();
        set.apply(tokyo, """
            {apiVersion: v1, kind: Service, metadata: {name: hello, namespace: %s},
             spec: {type: ExternalName, externalName: example.com}}
            """.formatted(namespace));
        hello.export(tokyo, namespace);

        awaitCondition(tokyo, namespace, "Valid", "False");
        Await.stays(A_WHILE, () -> assertThat(isImported(osaka, namespace)).isFalse());
    }

    @Test
    @DisplayName("13: where one is headless and one is not, the oldest decides")
    void of_conflicting_types_the_oldest_decides() throws Exception {
        var namespace = namespace();
        exportOneAfterTheOther(namespace, TCP_AND_UDP, TCP_AND_UDP, "clusterIP: None");

        awaitConflictOnBoth(namespace);
        for (var cluster : set.kubernetes()) {
            assertThat(awaitImport(cluster, namespace).at("/spec/type").asString())
                    .isEqualTo("ClusterSetIP");
        }
    }

    @Test
    @DisplayName("14: what is not exported cannot be reached")
    void what_is_not_exported_cannot_be_reached() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.pods(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            for (var i = 0; i < 5; i++) {
                assertThat(hello.call(cluster, namespace, 42).said()).doesNotContain("pod ip");
            }
        }
    }

    @Test
    @DisplayName("15: only exported labels and annotations reach the import")
    void only_exported_labels_and_annotations_reach_the_import() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        set.kubectl(tokyo, "-n", namespace, "label", "service", "hello", "own=label")
                .succeeds();
        set.kubectl(tokyo, "-n", namespace, "annotate", "service", "hello", "own=annotation")
                .succeeds();
        hello.export(tokyo, namespace, "exportedLabels: {told: label}, exportedAnnotations: {told: annotation}");

        for (var cluster : set.kubernetes()) {
            var metadata = awaitImport(cluster, namespace).at("/metadata");
            assertThat(metadata.at("/labels/told").asString()).isEqualTo("label");
            assertThat(metadata.at("/annotations/told").asString()).isEqualTo("annotation");
            assertThat(metadata.at("/labels").has("own")).isFalse();
            assertThat(metadata.at("/annotations").has("own")).isFalse();
        }
    }

    @Test
    @DisplayName("16: of different exported labels and annotations the oldest export's count, whole")
    void of_different_labels_the_oldest_count() throws Exception {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.export(tokyo, namespace, "exportedLabels: {from: tokyo}, exportedAnnotations: {from: tokyo}");
        awaitImport(tokyo, namespace);
        awaitNextSecond();
        hello.service(osaka, namespace, TCP_AND_UDP);
        hello.export(osaka, namespace, "exportedLabels: {more: osaka}, exportedAnnotations: {more: osaka}");

        awaitConflictOnBoth(namespace);
        for (var cluster : set.kubernetes()) {
            var metadata = awaitImport(cluster, namespace).at("/metadata");
            assertThat(metadata.at("/labels/from").asString()).isEqualTo("tokyo");
            assertThat(metadata.at("/annotations/from").asString()).isEqualTo("tokyo");
            assertThat(metadata.at("/labels").has("more")).isFalse();
            assertThat(metadata.at("/annotations").has("more")).isFalse();
        }
    }

    @Test
    @DisplayName("17, 18, 19: names resolve to the import's addresses, SRV once, and cluster.local stays as it was")
    void names_resolve_to_the_addresses_of_the_import() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.pods(tokyo, namespace);
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            var ips = texts(awaitImport(cluster, namespace).at("/spec/ips"));
            var name = "hello." + namespace + ".svc.clusterset.local";
            Await.holds(SOON, name + " in " + cluster, () -> {
                assertThat(hello.dig(cluster, name, "A")).containsExactly(ips.get(0));
                assertThat(hello.dig(cluster, name, "AAAA")).containsExactly(ips.get(1));
                assertThat(hello.dig(cluster, name, "SRV"))
                        .singleElement()
                        .satisfies(record -> assertThat(record).endsWith(" 42 " + name + "."));
            });
        }
        var local = set.get(tokyo, namespace, "service", "hello")
                .at("/spec/clusterIP")
                .asString();
        assertThat(hello.dig(tokyo, "hello." + namespace + ".svc.cluster.local", "A"))
                .containsExactly(local);
    }

    @Test
    @DisplayName("20, 22: a headless name resolves to the ready pods, and SRV names each")
    void a_headless_name_resolves_to_the_ready_pods() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP, "clusterIP: None");
        hello.pods(tokyo, namespace);
        hello.export(tokyo, namespace);

        var name = "hello." + namespace + ".svc.clusterset.local";
        for (var cluster : set.kubernetes()) {
            Await.holds(SOON, name + " in " + cluster, () -> {
                assertThat(hello.dig(cluster, name, "A"))
                        .hasSize(2)
                        .isEqualTo(hello.podAddresses(tokyo, namespace, "."));
                assertThat(hello.dig(cluster, name, "AAAA"))
                        .hasSize(2)
                        .isEqualTo(hello.podAddresses(tokyo, namespace, ":"));
                var targets = hello.dig(cluster, name, "SRV");
                assertThat(targets).hasSize(4); // two pods with two addresses each, none of which has a name
                assertThat(targets).allSatisfy(record -> assertThat(record).contains(" 42 "));
            });
        }
    }

    @Test
    @DisplayName("21: each pod of a StatefulSet has a name")
    void each_pod_of_a_stateful_set_has_a_name() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP, "clusterIP: None");
        hello.statefulPods(tokyo, namespace);
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            Await.holds(SLICES_SOON, "the pods' names in " + cluster, () -> {
                for (var pod : List.of("hello-0", "hello-1")) {
                    var address = set.get(tokyo, namespace, "pod", pod)
                            .at("/status/podIP")
                            .asString();
                    var slice = slices(cluster, namespace).stream()
                            .flatMap(each -> elements(each.at("/endpoints")).stream())
                            .filter(endpoint ->
                                    endpoint.at("/hostname").asString().equals(pod))
                            .filter(endpoint -> texts(endpoint.at("/addresses")).contains(address));
                    assertThat(slice)
                            .isNotEmpty()
                            .allSatisfy(endpoint -> assertThat(
                                            endpoint.at("/conditions/ready").asBoolean())
                                    .isTrue());
                    var name = pod + "." + tokyo + ".hello." + namespace + ".svc.clusterset.local";
                    assertThat(hello.dig(cluster, name, "A")).containsExactly(address);
                }
            });
        }
    }

    @Test
    @DisplayName("23: EndpointSlices tell their service and source, and go with the export")
    void endpoint_slices_tell_their_source() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.pods(tokyo, namespace);
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            Await.holds(SLICES_SOON, "slices in " + cluster, () -> {
                var families = new TreeSet<String>();
                for (var slice : slices(cluster, namespace)) {
                    var labels = slice.at("/metadata/labels");
                    assertThat(label(labels, "multicluster.kubernetes.io/source-cluster"))
                            .isEqualTo(tokyo);
                    assertThat(label(labels, "endpointslice.kubernetes.io/managed-by"))
                            .isNotEmpty()
                            .isNotEqualTo("endpointslice-controller.k8s.io");
                    if (!slice.at("/endpoints").isEmpty()) {
                        families.add(slice.at("/addressType").asString());
                    }
                }
                assertThat(families).isEqualTo(Set.of("IPv4", "IPv6"));
            });
        }
        hello.unexport(tokyo, namespace);
        for (var cluster : set.kubernetes()) {
            Await.holds(
                    SOON,
                    "no slices in " + cluster,
                    () -> assertThat(slices(cluster, namespace)).isEmpty());
        }
    }

    @Test
    @DisplayName("24: an exported service is reached by its name from every cluster")
    void an_exported_service_is_reached_from_every_cluster() {
        var namespace = namespace();
        hello.service(tokyo, namespace, TCP_AND_UDP);
        hello.pods(tokyo, namespace);
        hello.export(tokyo, namespace);

        for (var cluster : set.kubernetes()) {
            Await.holds(
                    SOON,
                    "a call from " + cluster,
                    () -> assertThat(hello.call(cluster, namespace, 42).output())
                            .contains("pod ip "));
        }
    }

    @Test
    @DisplayName("25: where one of two clusters exports, only its pods answer")
    void only_pods_of_the_exporting_cluster_answer() {
        var namespace = namespace();
        for (var cluster : set.kubernetes()) {
            hello.service(cluster, namespace, TCP_AND_UDP);
            hello.pods(cluster, namespace);
        }
        hello.export(tokyo, namespace);

        set.kubernetes().forEach(cluster -> answeredBy(tokyo, cluster, namespace, 42));
    }

    @Test
    @DisplayName("26: a port name with other numbers leads only to the oldest export")
    void a_port_name_with_other_numbers_leads_to_the_oldest() throws Exception {
        var namespace = namespace();
        set.kubernetes().forEach(cluster -> hello.pods(cluster, namespace));
        exportOneAfterTheOther(namespace, "{name: tcp, port: 42}", "{name: tcp, port: 4242, targetPort: 42}");
        awaitConflictOnBoth(namespace);

        set.kubernetes().forEach(cluster -> answeredBy(tokyo, cluster, namespace, 42));
    }

    @Test
    @DisplayName("27: a port leads only to clusters that expose exactly it")
    void a_port_leads_only_to_clusters_that_expose_it() throws Exception {
        var namespace = namespace();
        set.kubernetes().forEach(cluster -> hello.pods(cluster, namespace));
        exportOneAfterTheOther(namespace, "{name: tcp, port: 42}", "{name: tcp2, port: 4242, targetPort: 42}");
        awaitConflictOnBoth(namespace);

        for (var cluster : set.kubernetes()) {
            answeredBy(tokyo, cluster, namespace, 42);
            answeredBy(osaka, cluster, namespace, 4242);
        }
    }

    /// Ten times in a row. Both clusters give their pods the same addresses, so the pod says its cluster too.
    private void answeredBy(String exporter, String caller, String namespace, int port) {
        Await.holds(SOON, "only " + exporter + " answers " + caller + " on " + port, () -> {
            for (var i = 0; i < 10; i++) {
                assertThat(hello.call(caller, namespace, port).output())
                        .contains("pod ip ")
                        .contains(exporter);
            }
        });
    }

    private void exportOneAfterTheOther(String namespace, String first, String second, String... moreOfSecond)
            throws Exception {
        hello.service(tokyo, namespace, first);
        hello.export(tokyo, namespace);
        awaitImport(tokyo, namespace);
        awaitNextSecond();
        hello.service(osaka, namespace, second, moreOfSecond);
        hello.export(osaka, namespace);
    }

    /// Which export is older is told in whole seconds.
    private static void awaitNextSecond() {
        var begun = Instant.now().getEpochSecond();
        Await.until("the second is over", () -> Instant.now().getEpochSecond() > begun);
    }

    private boolean isImported(String cluster, String namespace) {
        return set.exists(cluster, namespace, "serviceimport", "hello");
    }

    private JsonNode awaitImport(String cluster, String namespace) {
        Await.holds(
                SOON,
                "an import in " + cluster,
                () -> assertThat(isImported(cluster, namespace)).isTrue());
        return set.get(cluster, namespace, "serviceimport", "hello");
    }

    private void awaitNoImport(String cluster, String namespace) {
        Await.holds(
                SOON,
                "no import in " + cluster,
                () -> assertThat(isImported(cluster, namespace)).isFalse());
    }

    private void awaitConflictOnBoth(String namespace) {
        awaitCondition(tokyo, namespace, "Conflict", "True");
        awaitCondition(osaka, namespace, "Conflict", "True");
    }

    private void awaitCondition(String cluster, String namespace, String type, String status) {
        Await.holds(
                SOON,
                type + "=" + status + " in " + cluster,
                () -> assertThat(elements(set.get(cluster, namespace, "serviceexport", "hello")
                                .at("/status/conditions")))
                        .anySatisfy(condition -> {
                            assertThat(condition.at("/type").asString()).isEqualTo(type);
                            assertThat(condition.at("/status").asString()).isEqualTo(status);
                        }));
    }

    private List<JsonNode> slices(String cluster, String namespace) {
        return elements(
                set.get(cluster, namespace, "endpointslices", "-l", "multicluster.kubernetes.io/service-name=hello")
                        .at("/items"));
    }

    private static List<String> ports(JsonNode spec) {
        return elements(spec.at("/ports")).stream()
                .map(port -> port.at("/name").asString() + "/"
                        + port.at("/port").asInt() + "/" + port.at("/protocol").asString())
                .sorted()
                .toList();
    }

    private static String label(JsonNode labels, String key) {
        return labels.path(key).asString();
    }

    private static List<String> texts(JsonNode array) {
        return elements(array).stream().map(JsonNode::asString).toList();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
