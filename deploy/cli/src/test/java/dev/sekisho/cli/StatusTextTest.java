package dev.sekisho.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatusTextTest {
    private static JsonNode gateway(int openStreams, int listed) {
        var page = JsonMapper.shared().createObjectNode().put("openStreams", openStreams);
        var streams = page.putArray("streams");
        for (var i = 0; i < listed; i++) {
            streams.addObject()
                    .put("side", "import")
                    .put("caller", "osaka/shop/frontend-" + i)
                    .put("service", "shop/db")
                    .put("port", "6379/TCP")
                    .put("destination", "tokyo")
                    .put("sentBytes", 812)
                    .put("receivedBytes", 4_000_000_000L)
                    .put("openForSeconds", i * 60.0);
        }
        return page;
    }

    private static String text(JsonNode... gateways) {
        var report = JsonMapper.shared().createObjectNode().put("controlPlane", "nobody answers");
        var pages = report.putObject("gateways");
        for (var i = 0; i < gateways.length; i++) {
            pages.set("gateway-" + i, gateways[i]);
        }
        return StatusText.of(report, true);
    }

    @Test
    void streams_of_all_gateways_are_listed_with_the_oldest_first() {
        var text = text(gateway(1, 1), gateway(3, 3));

        assertThat(text.lines().filter(line -> line.contains("frontend-") || line.startsWith("CALLER")))
                .map(line -> line.replaceAll(" {2,}", " | "))
                .containsExactly(
                        "CALLER | CALLS | PORT | IN CLUSTER | SIDE | OPEN FOR | SENT | RECEIVED",
                        "osaka/shop/frontend-2 | shop/db | 6379/TCP | tokyo | import | 2 min | 812 B | 4000 MB",
                        "osaka/shop/frontend-1 | shop/db | 6379/TCP | tokyo | import | 60 s | 812 B | 4000 MB",
                        "osaka/shop/frontend-0 | shop/db | 6379/TCP | tokyo | import | 0 s | 812 B | 4000 MB",
                        "osaka/shop/frontend-0 | shop/db | 6379/TCP | tokyo | import | 0 s | 812 B | 4000 MB");
    }

    @Test
    void invariant_5_a_hundred_streams_are_listed_and_the_others_counted() {
        var text = text(gateway(5000, 100), gateway(20, 20));

        assertThat(text.lines().filter(line -> line.contains("frontend-"))).hasSize(100);
        assertThat(text).contains("\nand 4920 more");
    }

    @Test
    void no_stream_is_told_too() {
        assertThat(text(gateway(0, 0))).contains("No open streams.");
    }
}
