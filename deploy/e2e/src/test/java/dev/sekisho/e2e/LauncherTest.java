package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.demo.DemoAddresses;
import dev.sekisho.cli.demo.DemoFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that are printed can be pasted where the one was typed that prints them.
class LauncherTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void a_cluster_without_a_ca() throws Exception {
        try (var pair = DemoAddresses.freePair()) {
            Files.writeString(folder.resolve("cluster.yaml"), DemoFiles.cluster("tokyo", pair.tokyo()));
        }
    }

    @Test
    void a_printed_command_begins_as_the_one_that_was_typed_in_a_checkout() {
        var said = run(Map.of(), "cd " + SekishoScript.root() + " && deploy/sekisho check --directory " + folder);

        assertThat(said).contains("       deploy/sekisho ca init --directory " + folder);
    }

    @Test
    void a_program_that_is_found_on_the_path_is_called_by_its_bare_name() {
        var path = SekishoScript.root().resolve("deploy") + ":" + System.getenv("PATH");

        var said = run(Map.of("PATH", path), "sekisho check --directory " + folder);

        assertThat(said).contains("       sekisho ca init --directory " + folder);
    }

    private static String run(Map<String, String> environment, String command) {
        return Ended.of(LIMIT, environment, "", List.of("bash", "-c", command)).said();
    }
}
