package dev.sekisho.controlplane;

import static java.util.stream.Collectors.joining;

import dev.sekisho.controlplane.peers.SyncMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.docs.MetricsPage;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Keeps the control plane's section of docs/metrics.md, between its two markers, as [ControlPlaneMeter] and
/// [SyncMeter] say.
class MetricsPageTest {
    private static final PrometheusNamingConvention PROMETHEUS = new PrometheusNamingConvention();

    @Test
    void the_page_lists_every_meter_of_the_control_plane_as_it_is() throws IOException {
        MetricsPage.assertHolds("control-plane", section());
    }

    private static String section() {
        var own = Arrays.stream(ControlPlaneMeter.values())
                .map(meter -> row(
                        meter.key(),
                        meter.type(),
                        meter.unit(),
                        meter.help(),
                        meter.tag().isEmpty() ? List.of() : List.of(meter.tag())));
        var sync = Arrays.stream(SyncMeter.values())
                .map(meter -> row(meter.key(), meter.type(), meter.unit(), meter.help(), meter.tags()));
        return "| metric | type | tags | what it is |\n| --- | --- | --- | --- |\n"
                + Stream.concat(own, sync).collect(joining());
    }

    private static String row(String key, Meter.Type type, String unit, String help, List<String> tags) {
        return "| `" + PROMETHEUS.name(key, type, unit.isEmpty() ? null : unit)
                + (type == Meter.Type.COUNTER ? "_total" : "") + "` | "
                + type.name().toLowerCase(Locale.ROOT) + " | "
                + tags.stream().map(tag -> "`" + tag + "`").collect(joining(", ")) + " | " + help + " |\n";
    }
}
