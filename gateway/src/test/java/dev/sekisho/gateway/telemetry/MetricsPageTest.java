package dev.sekisho.gateway.telemetry;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Keeps the gateway's section of docs/metrics.md, between its two markers, as [GatewayMeter] says.
class MetricsPageTest {
    private static final String BEGIN = "<!-- gateway:begin -->";
    private static final String END = "<!-- gateway:end -->";
    private static final String REWRITE = "sekisho.rewriteMetricsPage";
    private static final String COMMAND = "mvn -pl gateway -am test -Dtest=MetricsPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -D" + REWRITE + "=true";

    @Test
    void the_page_lists_every_meter_of_the_gateway_as_it_is() throws IOException {
        var file = Path.of(System.getProperty("basedir", ".")).resolve("../docs/metrics.md");
        var page = Files.readString(file);
        assertThat(page).containsOnlyOnce(BEGIN).containsOnlyOnce(END);
        var wanted = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + "\n\n" + section() + "\n"
                + page.substring(page.indexOf(END));

        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(file, wanted);
        } else {
            assertThat(page)
                    .as("docs/metrics.md is not what GatewayMeter says; to write it anew: " + COMMAND)
                    .isEqualTo(wanted);
        }
    }

    private static String section() {
        var meters =
                Arrays.stream(GatewayMeter.values()).map(MetricsPageTest::row).collect(joining());
        var tags = Arrays.stream(MeterTag.values())
                .map(tag -> "| `" + tag.key() + "` | " + tag.help() + " |\n")
                .collect(joining());
        return "| metric | type | tags | what it is |\n| --- | --- | --- | --- |\n" + meters
                + "\n| tag | its values |\n| --- | --- |\n" + tags;
    }

    private static String row(GatewayMeter meter) {
        var tags = meter.tags().stream().map(tag -> "`" + tag.key() + "`").collect(joining(", "));
        return "| `" + meter.key() + "` | " + meter.type().name().toLowerCase(Locale.ROOT) + " | " + tags + " | "
                + meter.help() + " |\n";
    }
}
