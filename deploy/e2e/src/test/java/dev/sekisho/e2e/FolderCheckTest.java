package dev.sekisho.e2e;

import static dev.sekisho.e2e.ClusterPair.DB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.Sekisho;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `check` and `status` beside running standalone clusters: content with what is healthy, and naming each fault that
/// they can tell for as long as it is there.
class FolderCheckTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Answer(int exitCode, String out, String err) {}

    private static Answer sekisho(String command, Path directory) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exitCode = Sekisho.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(command, "--directory", directory.toString());
        return new Answer(exitCode, out.toString(), err.toString());
    }

    private static void awaitHealthy(Path directory) {
        Await.holds(
                PATIENCE,
                "check is content",
                () -> assertThat(sekisho("check", directory)).satisfies(answer -> {
                    assertThat(answer.out()).doesNotContain("FAIL", "WARN");
                    assertThat(answer.exitCode()).isZero();
                }));
        Await.holds(
                PATIENCE,
                "status is content",
                () -> assertThat(sekisho("status", directory)).satisfies(answer -> {
                    assertThat(answer.out()).doesNotContain("Problems:");
                    assertThat(answer.exitCode()).isZero();
                }));
    }

    /// @param exitCode of both commands, once they say so
    private static void awaitCheck(Path directory, int exitCode, String... says) {
        Await.holds(
                PATIENCE,
                "check tells it",
                () -> assertThat(sekisho("check", directory)).satisfies(answer -> {
                    assertThat(answer.out()).contains(says);
                    assertThat(answer.exitCode()).isEqualTo(exitCode);
                }));
    }

    private static void awaitStatus(Path directory, int exitCode, String... says) {
        Await.holds(
                PATIENCE,
                "status tells it",
                () -> assertThat(sekisho("status", directory)).satisfies(answer -> {
                    assertThat(answer.out()).contains(says);
                    assertThat(answer.exitCode()).isEqualTo(exitCode);
                }));
    }

    private static void change(Path file, String from, String to) throws IOException {
        var text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    @Test
    void files_exports_and_settings_that_are_not_in_order_are_told_until_they_are_mended() throws Exception {
        try (var pair = ClusterPair.in(folder);
                var _ = LineServer.on(pair.dbAddress())) {
            var tokyo = pair.startTokyo().directory();
            var osaka = pair.startOsaka().directory();
            Await.until(
                    "a call to go through",
                    () -> pair.frontend().call(DB, 6379, "hello").equals("db: hello"));
            awaitHealthy(tokyo);
            awaitHealthy(osaka);

            change(tokyo.resolve("policy.yaml"), "podSelector:\n    match", "podSelektor:\n    match");
            awaitCheck(tokyo, 1, "FAIL files: not in force: policy.yaml:", "podSelektor");
            awaitStatus(tokyo, 0, "Problems:", "policy.yaml:", "podSelektor", "the last good version of this file");
            change(tokyo.resolve("policy.yaml"), "podSelektor", "podSelector");
            awaitHealthy(tokyo);

            var service = "kind: Service\nmetadata: {name: web,";
            change(tokyo.resolve("workloads.yaml"), service, service.replace("web", "other"));
            awaitCheck(tokyo, 1, "FAIL ", "ServiceExport shop/web");
            change(tokyo.resolve("workloads.yaml"), service.replace("web", "other"), service);
            awaitHealthy(tokyo);

            change(osaka.resolve("cluster.yaml"), "  importAddresses:", "  deny: drop\n  importAddresses:");
            awaitCheck(osaka, 0, "WARN files: cluster.yaml: has changed");
            awaitStatus(osaka, 0, "cluster.yaml: has changed; that takes effect with the next start");
            change(osaka.resolve("cluster.yaml"), "  deny: drop\n", "");
            awaitHealthy(osaka);

            Files.move(osaka.resolve("ca/ca.key"), osaka.resolve("ca/ca.hidden"));
            awaitCheck(osaka, 1, "FAIL identity: ");
            Files.move(osaka.resolve("ca/ca.hidden"), osaka.resolve("ca/ca.key"));
            awaitHealthy(osaka);
        }
    }

    @Test
    void programs_and_peers_that_are_gone_are_told_until_they_are_back() throws Exception {
        try (var pair = ClusterPair.in(folder);
                var _ = LineServer.on(pair.dbAddress())) {
            var tokyo = pair.startTokyo();
            var osaka = pair.startOsaka();
            awaitHealthy(osaka.directory());

            osaka.gateway().kill();
            awaitCheck(osaka.directory(), 1, "FAIL gateway: none of this cluster answers on ");
            awaitStatus(osaka.directory(), 1, "Problems:", "gateway: nobody answers on ");
            osaka.gateway().restart();
            awaitHealthy(osaka.directory());

            osaka.controlPlane().kill();
            awaitCheck(
                    osaka.directory(),
                    1,
                    "FAIL control plane: none of this cluster answers on ",
                    "it has lost the control plane and goes on with its last route table");
            assertThat(sekisho("status", osaka.directory()).exitCode()).isEqualTo(1);
            osaka.controlPlane().restart();
            awaitHealthy(osaka.directory());

            tokyo.gateway().kill();
            awaitCheck(osaka.directory(), 1, "FAIL peer tokyo: ");
            tokyo.gateway().restart();
            awaitHealthy(osaka.directory());

            osaka.gateway().kill();
            osaka.controlPlane().kill();
            awaitCheck(osaka.directory(), 1, "FAIL programs: neither control plane nor gateway runs");
            assertThat(sekisho("status", osaka.directory()).exitCode()).isEqualTo(1);
        }
    }
}
