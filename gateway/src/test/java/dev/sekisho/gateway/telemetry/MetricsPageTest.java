package dev.sekisho.gateway.telemetry;

import static java.util.stream.Collectors.joining;

import dev.sekisho.docs.MetricsPage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Keeps the gateway's section of docs/metrics.md, between its two markers, as [GatewayMeter] says.
class MetricsPageTest {
    @Test
    void the_page_lists_every_meter_of_the_gateway_as_it_is() throws IOException {
        MetricsPage.assertHolds("gateway", section());
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
