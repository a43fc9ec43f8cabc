package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's first command, as a user runs it.
class DemoTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void the_unattended_walk_succeeds_and_prints_one_line_per_step() throws Exception {
        var demo = SekishoScript.start(
                "demo", "--check", "--directory", folder.resolve("demo").toString());

        var lines = linesOf(demo);

        assertThat(demo.waitFor()).as(String.join("\n", lines)).isZero();
        assertThat(lines.stream().filter(line -> line.startsWith("ok ")).count())
                .as(String.join("\n", lines))
                .isGreaterThanOrEqualTo(8);
        assertThat(SekishoScript.programsOn(folder)).isEmpty();
    }

    @Test
    void ctrl_c_stops_everything_the_demo_started() throws Exception {
        var demo = SekishoScript.start(
                "demo", "--directory", folder.resolve("demo").toString());
        var out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        awaitLine(out, "Ctrl-C stops everything");

        new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(SekishoScript.programsOn(folder)).isEmpty();
    }

    @Test
    void ctrl_c_in_the_middle_of_the_start_leaves_nothing_running() throws Exception {
        var demo = SekishoScript.start(
                "demo", "--directory", folder.resolve("demo").toString());
        var out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        awaitLine(out, "Two clusters in");
        Await.until(
                "a first program of the demo",
                () -> !SekishoScript.programsOn(folder).isEmpty());

        new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(SekishoScript.programsOn(folder)).isEmpty();
    }

    @Test
    void what_a_demo_started_that_is_killed_ends_by_itself() throws Exception {
        var demo = SekishoScript.start(
                "demo", "--directory", folder.resolve("demo").toString());
        var out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        awaitLine(out, "Two clusters in");
        Await.until(
                "all four programs of the demo",
                () -> SekishoScript.programsOn(folder).size() == 4);

        demo.destroyForcibly().waitFor();

        Await.until(
                "the end of them all", () -> SekishoScript.programsOn(folder).isEmpty());
    }

    private static List<String> linesOf(Process process) throws IOException {
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return out.lines().toList();
        }
    }

    private static void awaitLine(BufferedReader out, String start) throws IOException {
        var seen = new ArrayList<String>();
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            seen.add(line);
            if (line.contains(start)) {
                return;
            }
        }
        throw new AssertionError("the demo ended without saying '" + start + "':\n" + String.join("\n", seen));
    }
}
