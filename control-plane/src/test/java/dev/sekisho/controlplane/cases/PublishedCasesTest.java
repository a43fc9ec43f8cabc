package dev.sekisho.controlplane.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every case that others have published, file by file. They are not part of this project: the system property
/// `sekisho.cases` names the folder that holds `netpol/*.jsonl`, and without it the tests are skipped.
class PublishedCasesTest {
    private static final Path FOLDER = Path.of(System.getProperty("sekisho.cases", "absent"), "netpol");

    @TestFactory
    Stream<DynamicTest> every_published_case_is_answered_as_its_suite_expects() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            var skipped = "there are no published cases in " + FOLDER + " (system property sekisho.cases)";
            // Maven shows how many tests were skipped, but not why; and a factory that gives up leaves no trace at all.
            System.out.println("Tests over published policy cases are skipped: " + skipped);
            return Stream.of(DynamicTest.dynamicTest(skipped, () -> abort(skipped)));
        }
        try (var files = Files.list(FOLDER)) {
            var corpora = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
            assertThat(corpora).isNotEmpty();
            return corpora.stream()
                    .map(file ->
                            DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> assertAllRight(file)));
        }
    }

    private static void assertAllRight(Path file) throws IOException {
        var report = CaseFile.run(file);

        assertThat(report.checks()).isPositive();
        assertThat(report.skipped()).isEmpty();
        assertThat(report.differences())
                .as("%d of %d checks differ", report.differing(), report.checks())
                .isEmpty();
    }
}
