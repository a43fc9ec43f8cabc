package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.Sekisho;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `sekisho check` says of a real API server from which one thing after the other is taken away, and that the
/// commands it prints bring each back.
@OnRealKubernetes
class CheckTest {
    private static final Path ROOT = Path.of(System.getProperty("sekisho.root"));
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final LabCluster CLUSTER = new LabCluster(ROOT);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @BeforeAll
    static void up() throws Exception {
        CLUSTER.upWithoutNode();
        Files.writeString(folder.resolve("kubeconfig"), CLUSTER.kubeconfig());
        kubectl("apply", "--server-side", "-f", ROOT.resolve("deploy/crds").toString());
        kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
        kubectl(
                "apply",
                "--server-side",
                "-f",
                ROOT.resolve("deploy/manifests/sekisho.yaml").toString());
        kubectl("apply", "-f", ROOT.resolve("deploy/e2e/lab/coredns.yaml").toString());
    }

    @AfterAll
    static void down() throws Exception {
        CLUSTER.down();
    }

    private static void kubectl(String... arguments) throws Exception {
        CLUSTER.kubectl(arguments).succeeds();
    }

    private static void apply(String object) throws Exception {
        CLUSTER.kubectlReading(object, "apply", "-f", "-").succeeds();
    }

    private record Answer(int exitCode, String out) {}

    private static Answer sekisho(String... arguments) {
        var out = new StringWriter();
        var exitCode = Sekisho.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
        return new Answer(exitCode, out.toString());
    }

    private static Answer check(String... options) {
        var all = new ArrayList<>(
                List.of("check", "--kubeconfig", folder.resolve("kubeconfig").toString()));
        all.addAll(List.of(options));
        return sekisho(all.toArray(String[]::new));
    }

    private static JsonNode found(String check) {
        var answer = check("-o", "json");
        return JsonMapper.shared()
                .readTree(answer.out())
                .valueStream()
                .filter(each -> each.path("check").asString("").equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check '" + check + "' in " + answer));
    }

    private static JsonNode awaitFailure(String check, String says) {
        return await(check, "fail", says);
    }

    private static JsonNode awaitOk(String check) {
        return await(check, "ok", "");
    }

    // The API server goes by a change of rights or definitions a moment later.
    private static JsonNode await(String check, String level, String says) {
        var last = new AtomicReference<JsonNode>();
        Await.holds(LIMIT, check + ": " + level, () -> {
            var found = found(check);
            assertThat(found.path("level").asString("")).as(found.toString()).isEqualTo(level);
            assertThat(found.path("says").asString("")).contains(says);
            last.set(found);
        });
        return last.get();
    }

    /// Runs the printed commands, as who pasted them into a shell in the checkout.
    private static void mend(JsonNode found) {
        for (var command : found.path("mend")) {
            var path = LabCluster.home().resolve("bin") + ":" + System.getenv("PATH");
            Ended.of(
                            LIMIT,
                            Map.of("PATH", path),
                            "",
                            List.of("bash", "-c", "cd " + ROOT + " && " + command.asString("")))
                    .succeeds();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Peer peers.sekisho.dev",
                "ServiceExport serviceexports.multicluster.x-k8s.io",
                "ServiceImport serviceimports.multicluster.x-k8s.io"
            })
    void a_definition_that_is_gone_is_brought_back(String kindAndName) throws Exception {
        var kind = kindAndName.split(" ", -1)[0];
        var name = kindAndName.split(" ", -1)[1];
        awaitOk(kind);

        kubectl("delete", "crd", name);
        mend(awaitFailure(kind, name + " is not there"));

        awaitOk(kind);
    }

    @Test
    void a_definition_without_the_version_that_cluster_dns_watches_is_mended() throws Exception {
        kubectl(
                "patch",
                "crd",
                "serviceimports.multicluster.x-k8s.io",
                "--type=json",
                "--patch",
                "[{op: replace, path: /spec/versions/1/served, value: false}]");

        mend(awaitFailure("ServiceImport", "does not serve v1alpha1"));

        awaitOk("ServiceImport");
    }

    @Test
    void cluster_dns_is_told_of_the_zone_by_the_same_edit_as_in_a_clusterset_to_try() throws Exception {
        kubectl("apply", "-f", ROOT.resolve("deploy/e2e/lab/coredns.yaml").toString());
        var found = awaitFailure("cluster DNS", "CoreDNS does not answer clusterset.local");
        var edit = found.path("mend")
                .path(0)
                .asString("")
                .replaceFirst(".* \\| sed -E ", "")
                .replaceFirst(" \\| .*", "");

        mend(found);

        awaitOk("cluster DNS");
        assertThat(Files.readString(ROOT.resolve("deploy/e2e/clusterset"))).contains("sed -E " + edit);
        var corefile =
                CLUSTER.kubectl("-n", "kube-system", "get", "configmap", "coredns", "-o", "jsonpath={.data.Corefile}");
        assertThat(corefile.output()).contains("""
                            kubernetes cluster.local clusterset.local in-addr.arpa ip6.arpa {
                                multicluster clusterset.local
                                pods insecure
                        """);
    }

    @Test
    void cluster_dns_must_be_allowed_to_read_imports() throws Exception {
        kubectl("delete", "clusterrolebinding", "system:coredns", "sekisho-coredns");

        var found = awaitFailure(
                "cluster DNS rights", "kube-system/coredns lacks list serviceimports.multicluster.x-k8s.io, watch");
        mend(found);

        awaitOk("cluster DNS rights");
    }

    @Test
    void a_right_of_the_control_plane_that_is_gone_is_named_and_given_back() throws Exception {
        awaitOk("rights");

        kubectl("delete", "role", "-n", "sekisho-system", "sekisho-control-plane");
        mend(awaitFailure(
                "rights", "may not create leases.coordination.k8s.io, get leases.coordination.k8s.io sekisho-"));
        awaitOk("rights");

        kubectl(
                "patch",
                "clusterrole",
                "sekisho-control-plane",
                "--type=json",
                "--patch",
                "[{op: test, path: /rules/4/resources/0, value: peers}, {op: remove, path: /rules/4/verbs/1}]");
        mend(awaitFailure("rights", "service account sekisho-control-plane may not watch peers.sekisho.dev"));
        awaitOk("rights");
    }

    @Test
    void replicas_that_are_not_ready_are_counted() throws Exception {
        ready("sekisho-gateway", 0);
        assertThat(found("sekisho-gateway").toString()).contains("fail", "0 of 2 replicas", "describe pods");

        ready("sekisho-gateway", 1);
        assertThat(found("sekisho-gateway").toString()).contains("warn", "1 of 2 replicas");

        ready("sekisho-gateway", 2);
        awaitOk("sekisho-gateway");
    }

    private static void ready(String deployment, int replicas) throws Exception {
        var all = Math.max(replicas, 1);
        kubectl(
                "patch",
                "deployment",
                "-n",
                "sekisho-system",
                deployment,
                "--subresource=status",
                "--type=merge",
                "--patch",
                "{\"status\": {\"replicas\": " + all + ", \"readyReplicas\": " + replicas + "}}");
    }

    @Test
    void somebody_leads_who_renews_the_lease() throws Exception {
        awaitFailure("leader", "no control plane leads");

        lease(Instant.now().minusSeconds(60));
        awaitFailure("leader", "pod-a did, but has not renewed its Lease for ");
        lease(Instant.now().plusSeconds(30));

        awaitOk("leader");
    }

    private static void lease(Instant renewed) throws Exception {
        var time = renewed.toString().replaceFirst("(\\.\\d{6})\\d*Z", "$1Z");
        apply("{apiVersion: coordination.k8s.io/v1, kind: Lease,"
                + " metadata: {name: sekisho-control-plane, namespace: sekisho-system},"
                + " spec: {holderIdentity: pod-a, leaseDurationSeconds: 15, renewTime: '" + time + "'}}");
    }

    @Test
    void a_load_balancer_that_gives_no_address_is_got_round_by_the_nodes_port() throws Exception {
        apply("{apiVersion: v1, kind: Node, metadata: {name: node-1}}");
        kubectl("patch", "node", "node-1", "--subresource=status", "--type=merge", "--patch", """
                {"status": {"addresses": [{"type": "InternalIP", "address": "198.51.100.9"}],
                            "conditions": [{"type": "Ready", "status": "True"}]}}
                """);
        mend(awaitFailure("public address", "the load balancer of Service sekisho-gateway has no address"));

        assertThat(awaitOk("public address").toString()).contains("198.51.100.9:3");
    }

    @Test
    void an_export_that_nobody_has_looked_at_is_not_green() throws Exception {
        apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
        apply("{apiVersion: multicluster.x-k8s.io/v1beta1, kind: ServiceExport,"
                + " metadata: {name: db, namespace: shop}}");

        awaitFailure("ServiceExport shop/db", "the control plane has not looked at it yet");
    }

    @Test
    void what_is_not_installed_is_told_with_the_command_that_installs_it() {
        var answer = check("--namespace", "elsewhere");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out())
                .contains("FAIL installation: there is no Deployment elsewhere/sekisho-control-plane")
                .contains("       helm --kubeconfig " + folder.resolve("kubeconfig") + " --kube-context ")
                .contains("-n elsewhere upgrade --install sekisho deploy/helm/sekisho --create-namespace");
    }
}
