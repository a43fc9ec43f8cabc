package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The container image, where `deploy/image/build` has made it.
class ImageTest {
    private static final long MOST_BYTES = 120_000_000;
    private static final Path TAR = SekishoScript.root().resolve("deploy/image/target/sekisho.tar");

    @BeforeAll
    static void assumeBuilt() {
        if (!Files.exists(TAR)) {
            System.out.println("Tests of the image are skipped: deploy/image/build has not been run");
            abort("deploy/image/build has not been run");
        }
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
