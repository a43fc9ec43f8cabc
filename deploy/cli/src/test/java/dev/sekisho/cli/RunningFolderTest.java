package dev.sekisho.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.cli.demo.DemoAddresses;
import dev.sekisho.cli.demo.DemoFiles;
import dev.sekisho.controlplane.standalone.ClusterFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands say of a folder on which a real control plane runs, in most cases without a gateway.
class RunningFolderTest {
    private static final String NAMESPACE = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        """;
    private static final String EXPORT = """
        apiVersion: v1
        kind: Service
        metadata: {name: ext, namespace: shop}
        spec: {ports: [{name: http, port: %d}]}
        ---
        apiVersion: multicluster.x-k8s.io/v1beta1
        kind: ServiceExport
        metadata: {name: ext, namespace: shop}
        """;
    private static final String MISSPELLED = NAMESPACE.replace("metadata", "metdata");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Vertx vertx;

    private Optional<Program> controlPlane = Optional.empty();
    private Optional<Program> gateway = Optional.empty();

    private record Answer(int exitCode, String out, String err) {}

    private Answer sekisho(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exitCode = Sekisho.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Answer(exitCode, out.toString(), err.toString());
    }

    @BeforeEach
    void describe() throws IOException {
        vertx = Vertx.vertx();
        Files.writeString(folder.resolve(ClusterFile.NAME), """
            apiVersion: sekisho.dev/v1alpha1
            kind: Cluster
            metadata: {name: tokyo}
            spec:
              clusterSet: test
              publicEndpoint: 127.0.0.1:7443
              listen: {controlPlaneAdmin: "127.0.0.1:%d", gatewayAdmin: "127.99.0.1:1", sync: "127.0.0.1:0", feed: "127.0.0.1:0"}
              importAddresses: [127.66.0.0/24]
            """.formatted(freePort()));
        assertThat(sekisho("ca", "init", "-d", folder.toString()).exitCode()).isZero();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        gateway.ifPresent(running -> running.stop().await());
        controlPlane.ifPresent(running -> running.stop().await());
        vertx.close().await();
    }

    private void start() throws IOException {
        var started = StandalonePrograms.controlPlane(ClusterFile.read(folder), vertx);
        controlPlane = Optional.of(started);
        started.start().await();
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    /// What a command prints, once that contains `text`.
    private String awaitOut(String command, String text) throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        var answer = sekisho(command, "-d", folder.toString());
        while (!answer.out().contains(text) && System.nanoTime() < deadline) {
            Thread.sleep(50);
            answer = sekisho(command, "-d", folder.toString());
        }
        assertThat(answer.out()).contains(text);
        return answer.out();
    }

    @Test
    void check_names_file_line_and_reason_of_what_is_refused_and_is_content_when_it_is_mended() throws Exception {
        write("namespaces.yaml", NAMESPACE);
        start();
        assertThat(awaitOut("check", "ok   files: every file of the folder is in force"))
                .contains(
                        "WARN peers: there are none\n       sekisho peer add NAME --endpoint HOST:PORT --ca-bundle FILE"
                                + " --directory " + folder);

        write("namespaces.yaml", MISSPELLED);
        assertThat(awaitOut("check", "FAIL files"))
                .contains("FAIL files: not in force: namespaces.yaml:3: metdata: is no field that is known here")
                .contains("       ${EDITOR:-vi} " + folder.resolve("namespaces.yaml"));

        write("namespaces.yaml", NAMESPACE);
        awaitOut("check", "ok   files: every file of the folder is in force");
    }

    @Test
    void status_lists_what_is_refused_and_what_is_in_force_instead() throws Exception {
        write("namespaces.yaml", NAMESPACE);
        start();
        assertThat(awaitOut("status", "No peers")).doesNotContain("namespaces.yaml");

        write("namespaces.yaml", MISSPELLED);

        assertThat(awaitOut("status", "namespaces.yaml"))
                .contains("Problems:")
                .contains("  namespaces.yaml:3: metdata: is no field that is known here"
                        + " (in force: the last good version of this file)");
    }

    @Test
    void an_export_to_which_nothing_can_be_sent_is_not_ready_and_says_why() throws Exception {
        write("namespaces.yaml", NAMESPACE);
        write("service.yaml", EXPORT.formatted(80) + """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: ext-1, namespace: shop, labels: {kubernetes.io/service-name: ext}}
            addressType: IPv4
            ports: [{name: http, port: 8081}]
            endpoints: [{addresses: [127.201.1.30], targetRef: {kind: Pod, name: gone}}]
            """);
        start();

        assertThat(awaitOut("check", "ServiceExport shop/ext"))
                .contains("FAIL ServiceExport shop/ext: Ready is False: ")
                .contains("nothing is sent to 127.201.1.30, as there is no pod shop/gone");
        assertThat(awaitOut("status", "Problems"))
                .contains("  export shop/ext: ", "as there is no pod shop/gone")
                .contains("tokyo (not ready)");
    }

    @Test
    void an_import_that_the_gateway_cannot_listen_for_is_not_ready_until_it_can() throws Exception {
        var cluster = Files.readString(folder.resolve(ClusterFile.NAME))
                .replace("127.99.0.1:1", "127.0.0.1:" + freePort())
                .replace(
                        "feed: \"127.0.0.1:0\"",
                        "feed: \"127.0.0.1:%d\", public: \"127.0.0.1:%d\", dns: \"127.0.0.1:%d\""
                                .formatted(freePort(), freePort(), freePort()));
        write(ClusterFile.NAME, cluster);
        write("namespaces.yaml", NAMESPACE);
        try (var taken = new ServerSocket(0)) {
            write("service.yaml", EXPORT.formatted(taken.getLocalPort()));
            start();
            assertThat(awaitOut("check", "ServiceImport shop/ext"))
                    .contains("WARN ServiceImport shop/ext: No gateway is connected to the control plane");

            gateway = Optional.of(StandalonePrograms.gateway(ClusterFile.read(folder), vertx));
            gateway.orElseThrow().start().await();

            assertThat(awaitOut("check", "FAIL ServiceImport shop/ext"))
                    .contains("Ready is False: gateway ", " cannot listen on 127.66.0.", ":" + taken.getLocalPort());
            assertThat(awaitOut("status", "Ready=False")).contains("  import shop/ext: gateway ");
        }

        awaitOut("check", "ok   imports: all 1 are in order");
    }

    @Test
    void a_file_that_is_bad_at_the_start_is_what_everything_waits_for() throws Exception {
        write("namespaces.yaml", NAMESPACE);
        write("policy.yaml", MISSPELLED);
        start();

        var waits = "policy.yaml:3: metdata: is no field that is known here";
        assertThat(awaitOut("check", "FAIL files"))
                .contains("FAIL files: nothing of the folder is in force until this is mended", ": " + waits)
                .contains("       ${EDITOR:-vi} " + folder.resolve("policy.yaml"))
                .contains("FAIL control plane: it waits for " + waits)
                .doesNotContain(" peers: ", " exports: ", " imports: ");
        assertThat(awaitOut("status", "Problems"))
                .containsOnlyOnce(waits)
                .contains("control plane waits for: " + waits
                        + " (in force: nothing of the whole folder, until this is mended)")
                .doesNotContain("No peers");
        assertThat(sekisho("peer", "list", "-d", folder.toString()).err()).contains("waits for " + waits);

        write("policy.yaml", NAMESPACE.replace("shop", "bank"));
        awaitOut("check", "ok   files: every file of the folder is in force");
        assertThat(awaitOut("status", "No peers")).doesNotContain(waits);
    }

    @Test
    void what_helps_against_a_missing_ca_is_a_command_that_works() throws Exception {
        Files.delete(folder.resolve("ca/ca.key"));
        Files.delete(folder.resolve("ca/ca.crt"));

        assertThatThrownBy(this::start)
                .isInstanceOf(UserError.class)
                .hasMessageEndingWith("; make a CA with: sekisho ca init --directory " + folder);
    }

    @Test
    void a_program_of_another_cluster_is_not_taken_for_our_own() throws Exception {
        start();
        awaitOut("check", "ok   control plane");

        write(
                ClusterFile.NAME,
                Files.readString(folder.resolve(ClusterFile.NAME)).replace("tokyo", "kyoto"));

        assertThat(sekisho("check", "-d", folder.toString()).out())
                .contains("FAIL programs: ", " is answered by a program of cluster tokyo")
                .contains("FAIL programs: neither control plane nor gateway runs")
                .doesNotContain("ok   control plane");
    }

    @Test
    void new_settings_are_told_of_until_the_next_start() throws Exception {
        start();
        awaitOut("check", "ok   files: every file of the folder is in force");
        var before = Files.readString(folder.resolve(ClusterFile.NAME));

        write(ClusterFile.NAME, before + "  deny: drop\n");
        awaitOut(
                "check",
                "WARN files: cluster.yaml: has changed; that takes effect with the next start of both programs");
        awaitOut(
                "status",
                "  cluster.yaml: has changed; that takes effect with the next start"
                        + " (in force: the settings of the last start)");

        write(ClusterFile.NAME, before);
        awaitOut("check", "ok   files: every file of the folder is in force");
    }

    @Test
    void explain_takes_the_name_that_callers_use_and_answers_by_its_exit_code() throws Exception {
        write("workloads.yaml", DemoFiles.tokyoWorkloads(new DemoAddresses(99)));
        write("policy.yaml", DemoFiles.TOKYO_POLICY);
        start();
        awaitOut("status", "shop/db");

        var denied = explain("db.shop.svc.clusterset.local.", "6379");
        var allowed = explain("web.shop.svc.clusterset.local", "8080");
        var unknown = explain("shop/nothing", "8080");
        var nobody = sekisho("explain", "-d", folder.toString(), "shop/web-0", "shop/db", "redis");

        assertThat(denied.out()).contains("to: shop/db", "allowed: false");
        assertThat(denied.exitCode()).isEqualTo(1);
        assertThat(denied.err()).isEmpty();
        assertThat(allowed.out()).contains("to: shop/web", "allowed: true");
        assertThat(allowed.exitCode()).isZero();
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(nobody.exitCode()).isEqualTo(2);
    }

    @Test
    void a_denial_by_isolation_is_told_with_file_and_line() throws Exception {
        write("workloads.yaml", DemoFiles.tokyoWorkloads(new DemoAddresses(99)));
        write("policy.yaml", DemoFiles.TOKYO_POLICY);
        start();
        awaitOut("status", "shop/db");
        var line = 1 + Files.readAllLines(folder.resolve("policy.yaml")).indexOf("  ingress:");

        assertThat(sekisho("explain", "-d", folder.toString(), "-o", "text", "shop/web-0", "shop/db", "6379")
                        .out())
                .contains("denied by [", " (policy.yaml:" + line + ")");
    }

    private Answer explain(String to, String port) {
        return sekisho("explain", "-d", folder.toString(), "shop/web-0", to, port);
    }
}
