package dev.sekisho.controlplane.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Supplier;

/// Registers meters under the names and helps of [ControlPlaneMeter]. Any thread.
public final class ControlPlaneMeters {
    private final MeterRegistry registry;

    public ControlPlaneMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param value asked at each scrape, on the scraping thread
    public void gauge(ControlPlaneMeter meter, Supplier<Number> value) {
        gauge(meter, value, Tags.empty());
    }

    /// @param tagValue of the meter's tag
    public void gauge(ControlPlaneMeter meter, String tagValue, Supplier<Number> value) {
        gauge(meter, value, Tags.of(meter.tag(), tagValue));
    }

    private void gauge(ControlPlaneMeter meter, Supplier<Number> value, Tags tags) {
        var gauge = Gauge.builder(meter.key(), value)
                .description(meter.help())
                .tags(tags)
                .strongReference(true);
        (meter.unit().isEmpty() ? gauge : gauge.baseUnit(meter.unit())).register(registry);
    }

    /// @param tagValue of the meter's tag
    public Counter counter(ControlPlaneMeter meter, String tagValue) {
        return Counter.builder(meter.key())
                .description(meter.help())
                .tags(Tags.of(meter.tag(), tagValue))
                .register(registry);
    }
}
