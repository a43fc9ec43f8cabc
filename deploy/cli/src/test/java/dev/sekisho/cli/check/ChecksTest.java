package dev.sekisho.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.check.Finding.Level;
import dev.sekisho.cli.check.Services.Shown;
import dev.sekisho.controlplane.kinds.ServiceExport;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// How what was read is judged.
class ChecksTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final List<String> LOOK = List.of("kubectl logs");
    private static final String LANE = "lanes: {osaka: {accepted: {busy: 1}}}";

    private static JsonNode yaml(String text) {
        return YAMLMapper.shared().readTree(text);
    }

    private static CustomResourceDefinition imports() {
        return Wanted.read().definitions().stream()
                .filter(each -> each.getSpec().getNames().getKind().equals("ServiceImport"))
                .findFirst()
                .orElseThrow();
    }

    private static CustomResourceDefinitionBuilder established() {
        return new CustomResourceDefinitionBuilder(imports())
                .withNewStatus()
                .addNewCondition()
                .withType("Established")
                .withStatus("True")
                .endCondition()
                .endStatus();
    }

    @Test
    void what_is_wanted_is_what_is_installed() {
        var wanted = Wanted.read();

        assertThat(wanted.definitions())
                .extracting(each -> each.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "clustersetnetworkpolicies.sekisho.dev",
                        "peers.sekisho.dev",
                        "serviceexports.multicluster.x-k8s.io",
                        "serviceimports.multicluster.x-k8s.io");
        assertThat(wanted.clusterRules("sekisho-control-plane").stream().flatMap(rule -> Rights.requests(rule, "")))
                .anySatisfy(request -> {
                    assertThat(request.getResource()).isEqualTo("serviceimports");
                    assertThat(request.getSubresource()).isEqualTo("status");
                    assertThat(request.getVerb()).isEqualTo("patch");
                });
        assertThat(wanted.rules("sekisho-control-plane").stream().flatMap(rule -> Rights.requests(rule, "here")))
                .anySatisfy(request -> {
                    assertThat(request.getName()).isEqualTo("sekisho-ca");
                    assertThat(request.getNamespace()).isEqualTo("here");
                });
    }

    @Test
    void a_definition_serves_every_version_that_we_and_cluster_dns_use() {
        var oldVersionOnly = established().build();
        oldVersionOnly
                .getSpec()
                .getVersions()
                .removeIf(version -> version.getName().equals("v1beta1"));
        var stillStoringIt = established().build();
        stillStoringIt.getSpec().getVersions().forEach(version -> version.setStorage(!version.getStorage()));

        assertThat(Definitions.judge(imports(), Optional.empty(), "mend").says())
                .contains("is not there");
        assertThat(Definitions.judge(imports(), Optional.of(oldVersionOnly), "mend")
                        .says())
                .contains("does not serve v1beta1");
        assertThat(Definitions.judge(imports(), Optional.of(imports()), "kubectl apply x")
                        .mend())
                .containsExactly("kubectl describe crd serviceimports.multicluster.x-k8s.io");
        assertThat(Definitions.judge(imports(), Optional.of(stillStoringIt), "mend")
                        .level())
                .isEqualTo(Level.WARN);
        assertThat(Definitions.judge(imports(), Optional.of(established().build()), "mend"))
                .isEqualTo(Finding.ok(
                        "ServiceImport",
                        "serviceimports.multicluster.x-k8s.io serves v1alpha1, v1beta1 and stores v1beta1"));
    }

    @Test
    void a_leader_is_one_who_renews() {
        var lease = new LeaseBuilder()
                .withNewSpec()
                .withHolderIdentity("pod-a")
                .withLeaseDurationSeconds(15)
                .withRenewTime(NOON.atZone(ZoneOffset.UTC))
                .endSpec();

        assertThat(Programs.judge(Optional.empty(), NOON, "look").says()).contains("no control plane leads");
        assertThat(Programs.judge(Optional.of(lease.build()), NOON.plusSeconds(14), "look"))
                .isEqualTo(Finding.ok("leader", "pod-a leads"));
        assertThat(Programs.judge(Optional.of(lease.build()), NOON.plusSeconds(16), "look"))
                .satisfies(late -> {
                    assertThat(late.level()).isEqualTo(Level.FAIL);
                    assertThat(late.says()).contains("pod-a did", "16 s");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        waitingFor: [peers, pods]                                                     | FAIL | waits for peers; pods
        certificateExpiresAt: 2026-11-28T11:59:00Z                                    | FAIL | expired
        certificateExpiresAt: 2026-11-28T13:00:00Z                                    | WARN | should have been renewed
        gateways: [{gateway: g, owesSeconds: 11}]                                     | WARN | for 11 s
        """)
    void a_control_plane_tells_what_it_lacks(String page, Level level, String says) {
        var whole = yaml(page + (page.contains("certificate") ? "" : "\ncertificateExpiresAt: 2026-11-29T11:00:00Z"));

        assertThat(Pages.controlPlane(whole, NOON, LOOK))
                .filteredOn(found -> found.level() != Level.OK)
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.level()).isEqualTo(level);
                    assertThat(found.says()).contains(says);
                    assertThat(found.mend()).isEqualTo(LOOK);
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {routesVersion: 0, problems: [no feed]}                                 | FAIL | no route table yet: no feed
        {routesVersion: 7, feedConnected: false, routesAgeSeconds: 61.2}        | WARN | of 61 s ago
        {routesVersion: 7, feedConnected: true, problems: [port 80 is taken]}   | WARN | port 80 is taken
        {routesVersion: 7, feedConnected: true, openStreams: 3}                 | OK   | carries 3 streams
        """)
    void a_gateway_is_judged_by_its_own_page(String page, Level level, String says) {
        var found = Pages.gateway("g", yaml(page), LOOK);

        assertThat(found.level()).isEqualTo(level);
        assertThat(found.says()).contains(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {connected: false, problem: refused}     | FAIL | not connected, never heard: refused
        {connected: true, ageSeconds: 300}       | WARN | heard 300 s ago
        {connected: true, ageSeconds: 1}         | OK   | 1 lanes
        """)
    void a_peer_is_connected_and_was_heard(String peer, Level level, String says) {
        var page = yaml("peers: [" + peer.replace("{", "{cluster: osaka, ") + "]");

        var found = Pages.peers(page, List.of(yaml(LANE)), "check PEER", "link");

        assertThat(found).singleElement().satisfies(one -> {
            assertThat(one.check()).isEqualTo("peer osaka");
            assertThat(one.level()).isEqualTo(level);
            assertThat(one.says()).contains(says);
        });
    }

    @Test
    void a_peer_that_is_in_touch_without_a_lane_is_not_green() {
        var page = yaml("peers: [{cluster: osaka, connected: true, ageSeconds: 1}]");
        var idle = yaml("lanes: {osaka: {dialled: {idle: 0, busy: 0}}}");

        assertThat(Pages.peers(page, List.of(idle), "check PEER", "link"))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.level()).isEqualTo(Level.FAIL);
                    assertThat(found.mend()).containsExactly("check osaka");
                });
    }

    @Test
    void an_export_or_import_that_does_not_work_is_named_with_its_reason() {
        var exports = List.of(
                Shown.export(yaml("{service: shop/new}")),
                Shown.export(yaml("{service: shop/good, conditions: [{type: Valid, status: 'True'}]}")),
                Shown.export(yaml("{service: shop/gone, conditions: [{type: Valid, status: 'False', message: none}]}")),
                Shown.export(yaml("{service: shop/two, conditions: [{type: Conflict, status: 'True', message: m}]}")));
        var imports = List.of(
                Shown.imported(yaml("{service: shop/db, type: ClusterSetIP, ips: [10.0.0.1]}")),
                Shown.imported(yaml("{service: shop/names, type: Headless}")),
                Shown.imported(yaml("{service: shop/bare, type: ClusterSetIP}")));

        assertThat(Services.exports(exports, Shown::service))
                .containsExactly(
                        Finding.fail(
                                "ServiceExport shop/new", "the control plane has not looked at it yet", "shop/new"),
                        Finding.fail("ServiceExport shop/gone", "Valid is False: none", "shop/gone"),
                        Finding.warn("ServiceExport shop/two", "Conflict is True: m", "shop/two"));
        assertThat(Services.imports(imports, Shown::service))
                .singleElement()
                .extracting(Finding::check)
                .isEqualTo("ServiceImport shop/bare");
    }

    /// @return as a folder's control plane tells it on its page, and as Kubernetes has it in the export's status
    private static List<Shown> exported(String status, String reason, String message) {
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName("db").build());
        export.setStatus(new ServiceExport.Status(List.of(new ConditionBuilder()
                .withType("Ready")
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .build())));
        var page = JsonMapper.shared().createObjectNode().put("service", "shop/db");
        page.putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", status)
                .put("reason", reason)
                .put("message", message);
        return List.of(Shown.export(page), Shown.of(export));
    }

    @Test
    void an_export_that_peers_refuse_fails_in_both_kinds_of_cluster() {
        for (var export : exported("False", "RefusedByPeer", "Cluster osaka does not import it: too many ports.")) {
            assertThat(Services.exports(List.of(export), Shown::service))
                    .containsExactly(Finding.fail(
                            "ServiceExport shop/db",
                            "Ready is False: Cluster osaka does not import it: too many ports.",
                            "shop/db"));
        }
    }

    @Test
    void an_export_without_endpoint_is_to_be_looked_at_in_both_kinds_of_cluster() {
        for (var export : exported("True", "NoEndpoint", "Linked clusters are told of it, but no pod is ready.")) {
            assertThat(export.lacksEndpoint()).isTrue();
            assertThat(Services.exports(List.of(export), Shown::service))
                    .containsExactly(Finding.warn(
                            "ServiceExport shop/db",
                            "Linked clusters are told of it, but no pod is ready.",
                            "shop/db"));
        }
    }

    @Test
    void invariant_5_a_thousand_bad_exports_do_not_make_a_thousand_lines() {
        var bad = Collections.nCopies(1000, Shown.export(yaml("{service: shop/new}")));

        assertThat(Services.exports(bad, Shown::service))
                .hasSize(21)
                .last()
                .extracting(Finding::says)
                .isEqualTo("980 more are not in order");
    }
}
