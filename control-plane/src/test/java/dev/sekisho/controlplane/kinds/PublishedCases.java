package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// NetworkPolicy cases that others published, one JSON object a line. They are not part of this project: the system
/// property `sekisho.cases` names their folder, and tests over them are skipped where it is absent.
final class PublishedCases {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private PublishedCases() {}

    /// One test for each line of the file, named by the case's id.
    static Stream<DynamicTest> each(String file, Consumer<JsonNode> test) {
        var folder = Path.of(System.getProperty("sekisho.cases", "absent"), "netpol");
        if (!Files.isDirectory(folder)) {
            // As a test of its own: a factory that gives up leaves no trace in the report.
            var skipped = "skipped: no published cases in " + folder;
            return Stream.of(DynamicTest.dynamicTest(skipped, () -> assumeTrue(false, skipped)));
        }
        try {
            var lines = Files.readAllLines(folder.resolve(file));
            assertThat(lines).as(file).isNotEmpty();
            return lines.stream()
                    .map(JSON::readTree)
                    .map(it -> DynamicTest.dynamicTest(it.path("id").asString(), () -> test.accept(it)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
