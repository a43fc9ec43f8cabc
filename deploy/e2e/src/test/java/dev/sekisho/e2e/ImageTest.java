package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The container image, as `deploy/image/build` makes it. It is asked for where the tests on real clusters need it
/// anyway.
@OnRealKubernetes
class ImageTest {
    private static final long MOST_BYTES = 120_000_000;
    private static final Path TAR = SekishoScript.root().resolve("deploy/image/target/sekisho.tar");

    @BeforeAll
    static void build() {
        Ended.shown(
                        Duration.ofMinutes(20),
                        List.of(SekishoScript.root()
                                .resolve("deploy/image/build")
                                .toString()))
                .succeeds();
    }

    @Test
    void it_is_small_on_the_wire_and_on_disk() throws Exception {
        assertThat(TAR).satisfies(tar -> assertThat(Files.size(tar)).isLessThan(MOST_BYTES));
        var unpacked = Long.parseLong(shell("tar -xOf " + TAR + " --wildcards '*.tar.gz' | zcat | wc -c"));

        assertThat(unpacked).isBetween(Files.size(TAR), MOST_BYTES);
    }

    @Test
    void it_runs_as_a_user_without_rights() throws Exception {
        assertThat(shell("tar -xOf " + TAR + " config.json")).contains("\"User\":\"65532:65532\"");
    }

    private static String shell(String command) throws Exception {
        var process = new ProcessBuilder("bash", "-c", command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command).isZero();
        return output.strip();
    }
}
