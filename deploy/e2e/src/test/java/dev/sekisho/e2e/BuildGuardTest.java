package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When the launchers build a checkout (`deploy/java.sh`), and that they never do so below tests, whose class files a
/// build would replace. The checkout is an empty one, and Maven a program that writes down what it was asked for.
class BuildGuardTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String BEGUN = "2026-11-30T12:00:00Z";
    private static final String MODULE = "deploy/cli";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path root;

    @BeforeEach
    void checkout() throws IOException {
        for (var module : List.of("proto", "gateway", "control-plane", MODULE)) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            touch(module + "/pom.xml", "2026-11-30T11:00:00Z");
            touch(module + "/src/main", "2026-11-30T11:00:00Z");
        }
        Files.createDirectories(root.resolve("deploy/manifests"));
        touch("deploy/manifests", "2026-11-30T11:00:00Z");
        touch("pom.xml", "2026-11-30T11:00:00Z");
        Files.createDirectories(root.resolve("bin"));
        var maven = Files.writeString(root.resolve("bin/mvn"), "#!/bin/sh\necho \"$@\" >>" + root + "/asked\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
    }

    private void touch(String file, String time) throws IOException {
        var path = root.resolve(file);
        if (!Files.exists(path)) {
            Files.createFile(path);
        }
        Files.setLastModifiedTime(path, FileTime.from(Instant.parse(time)));
    }

    private void packaged() throws IOException {
        Files.createDirectories(root.resolve(MODULE).resolve("target"));
        Files.writeString(root.resolve(MODULE).resolve("target/begun"), BEGUN + "\n");
        Files.createFile(root.resolve(MODULE).resolve("target/our.jar"));
    }

    /// @param build of the tests below which the launcher runs; empty when it runs below none
    /// @param maven how the Maven of that build works
    private Ended launch(String build, String maven) {
        return Ended.of(
                LIMIT,
                Map.of(
                        "PATH", root.resolve("bin") + ":" + System.getenv("PATH"),
                        "SEKISHO_BUILD", build,
                        "SEKISHO_MAVEN", maven),
                "",
                List.of(
                        "bash",
                        "-c",
                        "set -euo pipefail; root=$1; . $2; build_unless_fresh $3 our.jar",
                        "launcher",
                        root.toString(),
                        SekishoScript.root().resolve("deploy/java.sh").toString(),
                        MODULE));
    }

    private Ended launch(String build) {
        return launch(build, "");
    }

    private String askedOfMaven() throws IOException {
        var asked = root.resolve("asked");
        return Files.exists(asked) ? Files.readString(asked) : "";
    }

    @Test
    void what_is_packaged_and_newer_than_its_sources_is_not_built_again() throws IOException {
        packaged();

        launch("").succeeds();

        assertThat(askedOfMaven()).isEmpty();
    }

    @Test
    void a_source_file_that_is_newer_than_the_beginning_of_the_build_is_a_reason_to_build() throws IOException {
        packaged();
        touch("gateway/src/main/New.java", "2026-11-30T12:00:01Z");

        launch("").succeeds();

        assertThat(askedOfMaven()).contains("-pl " + MODULE + " -am -DskipTests package");
    }

    @Test
    void below_the_tests_of_the_build_that_packaged_it_nothing_is_built_whatever_was_edited_since() throws IOException {
        packaged();
        touch("gateway/src/main/New.java", "2026-11-30T12:00:01Z");

        launch(BEGUN).succeeds();

        assertThat(askedOfMaven()).isEmpty();
    }

    @Test
    void below_other_tests_what_is_stale_or_missing_is_an_error_and_still_not_built() throws IOException {
        launch(BEGUN)
                .failsSaying(
                        "deploy/cli is not packaged (its our.jar is missing), and nothing is built while tests run");

        packaged();
        touch("gateway/src/main/New.java", "2026-11-30T12:00:01Z");
        launch("2026-11-30T13:00:00Z").failsSaying("deploy/cli is not packaged (gateway/src/main");

        assertThat(askedOfMaven()).isEmpty();
    }

    @Test
    void a_maven_below_a_build_works_as_that_one_does() throws IOException {
        var settings = Files.createFile(root.resolve("settings.xml"));

        launch("", "true:" + settings + ":/some/repository").succeeds();
        launch("", "false:/none/settings.xml:/some/repository").succeeds();

        assertThat(askedOfMaven().lines())
                .containsExactly(
                        "-B -ntp -Dstyle.color=never -o -s " + settings
                                + " -Dmaven.repo.local=/some/repository -pl deploy/cli -am -DskipTests package",
                        "-B -ntp -Dstyle.color=never -Dmaven.repo.local=/some/repository"
                                + " -pl deploy/cli -am -DskipTests package");
    }

    @Test
    void this_build_lets_its_tests_know_how_it_works() {
        assertThat(System.getenv("SEKISHO_MAVEN")).matches("(true|false):/[^:$]*:/[^$]*");
    }

    @Test
    void no_jar_stands_on_the_class_path_that_is_no_dependency() throws IOException {
        var dependencies = Stream.of(System.getProperty("java.class.path").split(":"))
                .map(entry -> String.valueOf(Path.of(entry).getFileName()))
                .collect(Collectors.toSet());
        try (var packaged = Files.list(SekishoScript.root().resolve(MODULE).resolve("target/lib"))) {
            assertThat(packaged.map(jar -> String.valueOf(jar.getFileName()))
                            .filter(name -> !name.startsWith("sekisho-")))
                    .isNotEmpty()
                    .isSubsetOf(dependencies);
        }
    }
}
