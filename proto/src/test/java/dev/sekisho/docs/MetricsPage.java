package dev.sekisho.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `docs/metrics.md`, of which each module writes the section about its own meters.
public final class MetricsPage {
    private static final String REWRITE = "sekisho.rewriteMetricsPage";

    private MetricsPage() {}

    /// Fails when what stands between the module's two markers is anything but its section, or writes it there when the
    /// system property `sekisho.rewriteMetricsPage` is true.
    ///
    /// @param module its folder, whose test of the name `MetricsPageTest` asks
    public static void assertHolds(String module, String section) throws IOException {
        var begin = "<!-- " + module + ":begin -->";
        var end = "<!-- " + module + ":end -->";
        var file = Path.of(System.getProperty("basedir", ".")).resolve("../docs/metrics.md");
        var page = Files.readString(file);
        assertThat(page).containsOnlyOnce(begin).containsOnlyOnce(end);
        var wanted = page.substring(0, page.indexOf(begin) + begin.length()) + "\n\n" + section + "\n"
                + page.substring(page.indexOf(end));

        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(file, wanted);
        } else {
            assertThat(page)
                    .as("docs/metrics.md is not what the meters say; to write it anew: mvn -pl " + module
                            + " -am test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -D" + REWRITE
                            + "=true")
                    .isEqualTo(wanted);
        }
    }
}
