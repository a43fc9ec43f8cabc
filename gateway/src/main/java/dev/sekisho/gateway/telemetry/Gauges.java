package dev.sekisho.gateway.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/// Registers gauges as [GatewayMeter] describes them.
final class Gauges {
    private Gauges() {}

    /// @param value asked at each scrape, on the scraping thread; kept for as long as the registry lives
    /// @param tags in the order of [GatewayMeter#tags()]
    static Gauge register(MeterRegistry registry, GatewayMeter meter, Supplier<Number> value, String... tags) {
        var gauge = Gauge.builder(meter.key(), value).description(meter.help());
        for (var i = 0; i < tags.length; i++) {
            gauge.tag(meter.tags().get(i).key(), tags[i]);
        }
        return gauge.register(registry);
    }
}
