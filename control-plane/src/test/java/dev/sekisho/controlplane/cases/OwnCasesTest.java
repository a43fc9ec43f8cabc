package dev.sekisho.controlplane.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our own tables, for what no published suite has: callers of other clusters, and the edges that those suites do not
/// notice. The cases argue for themselves, in `src/test/resources/cases`.
class OwnCasesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "network-policy.yaml",
                "clusters.yaml",
                "cluster-network-policy.yaml",
                "cluster-set-network-policy.yaml"
            })
    void every_case_of_our_own_is_answered_as_argued(String file) throws Exception {
        var table = OwnCasesTest.class.getResource("/cases/" + file);
        assertThat(table).as(file).isNotNull();

        var report = CaseFile.run(Path.of(table.toURI()));

        assertThat(report.differences()).isEmpty();
        assertThat(report.skipped()).isEmpty();
        assertThat(report.checks()).isGreaterThan(50);
    }
}
