package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the README tells a reader to type is what there is. [DemoTest] and [ByHandTest] run the commands for real.
class ReadmeTest {
    private static final Pattern SHELL_BLOCK = Pattern.compile("```sh\n(.*?)\n```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("`deploy/sekisho ([^`]+)`");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    private static String readme() throws IOException {
        return Files.readString(SekishoScript.root().resolve("README.md"));
    }

    @Test
    void a_new_user_needs_two_commands_and_ci_runs_the_one_for_the_tests() throws IOException {
        var blocks = SHELL_BLOCK
                .matcher(readme())
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(blocks).containsExactly("deploy/sekisho demo", "mvn -B -ntp verify");
        assertThat(Files.readAllLines(SekishoScript.root().resolve(".ci/run"))).contains(blocks.getLast());
    }

    static Stream<String> commands() throws IOException {
        return COMMAND.matcher(readme())
                .results()
                .map(command -> command.group(1))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_command_it_names_has_the_options_it_names(String command) throws Exception {
        var words = List.of(command.split(" ", -1)).stream()
                .takeWhile(word -> word.matches("[a-z]+"))
                .toList();

        var help = SekishoScript.run(
                Stream.concat(words.stream(), Stream.of("--help")).toArray(String[]::new));

        assertThat(help.exitCode()).as(help.output()).isZero();
        assertThat(OPTION.matcher(command).results().map(MatchResult::group))
                .allSatisfy(option -> assertThat(help.output()).contains(option));
    }

    @Test
    void the_pages_it_points_to_are_there() throws IOException {
        var links =
                Pattern.compile("\\]\\(([^):]+)\\)").matcher(readme()).results().map(link -> link.group(1));

        assertThat(links)
                .allSatisfy(
                        link -> assertThat(SekishoScript.root().resolve(link)).exists());
    }
}
