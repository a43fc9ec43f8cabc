package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `deploy/systemd/install` puts on a host, as far as can be seen without a running systemd.
class SystemdTest {
    private static final List<String> UNITS = List.of("sekisho-control-plane.service", "sekisho-gateway.service");
    // systemd's own measure of what a service could do, in tenths; a service without any hardening has 96.
    private static final int MOST_EXPOSURE = 20;

    @TempDir
    private static Path host;

    @BeforeAll
    static void install() throws Exception {
        run(SekishoScript.root().resolve("deploy/systemd/install").toString(), host.toString());
    }

    @Test
    void the_installed_program_runs_from_where_it_is() throws Exception {
        assertThat(run(program().toString(), "--version")).startsWith("sekisho ");
    }

    @Test
    void systemd_finds_no_mistake_in_the_units() throws Exception {
        needSystemd();

        for (var unit : UNITS) {
            assertThat(run("systemd-analyze", "verify", onThisHost(unit).toString()))
                    .isEmpty();
        }
    }

    @Test
    void the_units_may_do_little_on_their_host() throws Exception {
        needSystemd();

        for (var unit : UNITS) {
            run(
                    "systemd-analyze",
                    "security",
                    "--offline=true",
                    "--no-pager",
                    "--threshold=" + MOST_EXPOSURE,
                    onThisHost(unit).toString());
        }
    }

    private static void needSystemd() {
        if (!Files.exists(Path.of("/usr/bin/systemd-analyze"))) {
            System.out.println("Tests of the systemd units are skipped: there is no systemd-analyze");
            abort("there is no systemd-analyze");
        }
    }

    private static Path program() {
        return host.resolve("opt/sekisho/sekisho");
    }

    /// The unit with the program's path as it is here, because systemd looks whether it is there.
    private static Path onThisHost(String unit) throws IOException {
        var text = Files.readString(host.resolve("etc/systemd/system").resolve(unit));
        assertThat(text).contains("ExecStart=/opt/sekisho/sekisho ");
        var folder = Files.createDirectories(host.resolve("units"));
        return Files.writeString(
                folder.resolve(unit),
                text.replace("/opt/sekisho/sekisho", program().toString()));
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }
}
