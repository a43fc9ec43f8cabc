package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The README's five minutes on Kubernetes, command by command. Only starting and ending the clusters is left to
/// [Clusterset], whose names differ.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
class FiveMinutesTest {
    private static final Pattern SECTION = Pattern.compile("(?s)## Five minutes on Kubernetes\n(.*?)\n## ");
    private static final Pattern BLOCK = Pattern.compile("(?s)```bash\n(.*?)\n```");
    private static final Pattern CLUSTER = Pattern.compile("\\b(tokyo|osaka)\\b");
    private static final Pattern START_OR_END = Pattern.compile("(?m)^(deploy/e2e/clusterset|export KUBECONFIG).*$");

    @Test
    void every_command_does_what_the_readme_says(Clusterset set) throws IOException {
        var commands = START_OR_END.matcher(commands()).replaceAll("");
        var script = "set -e\ncd " + SekishoScript.root() + "\n"
                + CLUSTER.matcher(commands).replaceAll(set.tokyo().replace("tokyo", "$1"));

        var said = Ended.of(Duration.ofMinutes(5), set.environment(), script, List.of("bash", "-s"))
                .succeeds()
                .output();

        assertThat(said).contains("PONG");
        assertThat(said).contains("allowed: true").contains("allowed: false");
    }

    private static String commands() throws IOException {
        var section = SECTION.matcher(Files.readString(SekishoScript.root().resolve("README.md")));
        assertThat(section.find()).isTrue();
        return BLOCK.matcher(section.group(1))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
    }
}
