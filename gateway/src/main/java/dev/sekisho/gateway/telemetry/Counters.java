package dev.sekisho.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The counters of one meter, one for each combination of tag values that was seen, but never more than a bound: above
/// it, all further combinations share one counter whose tags are `other`. Any thread.
final class Counters {
    static final String OTHER = "other";

    // A value may come from a peer.
    private static final Pattern VALUE = Pattern.compile("[-A-Za-z0-9_./:]{1,130}");

    private final MeterRegistry registry;
    private final GatewayMeter meter;
    private final int most;
    private final Runnable onFull;
    private final Map<List<String>, Counter> byValues = new ConcurrentHashMap<>();

    /// @param most combinations of tag values
    /// @param onFull told each time that a combination has no counter of its own
    Counters(MeterRegistry registry, GatewayMeter meter, int most, Runnable onFull) {
        this.registry = registry;
        this.meter = meter;
        this.most = most;
        this.onFull = onFull;
    }

    /// @param values in the order of [GatewayMeter#tags()]; a value with other characters than names have becomes
    ///     `other`
    Counter of(String... values) {
        var key = List.of(values);
        var known = byValues.get(key);
        return known != null ? known : firstOf(key);
    }

    private synchronized Counter firstOf(List<String> values) {
        var printable = values.stream()
                .map(value -> VALUE.matcher(value).matches() ? value : OTHER)
                .toList();
        if (byValues.size() < most || byValues.containsKey(printable)) {
            return byValues.computeIfAbsent(printable, this::register);
        }
        onFull.run();
        return register(Collections.nCopies(values.size(), OTHER));
    }

    private Counter register(List<String> values) {
        var tags = IntStream.range(0, values.size())
                .mapToObj(i -> Tag.of(meter.tags().get(i).key(), values.get(i)))
                .toList();
        return Counter.builder(meter.key()).description(meter.help()).tags(tags).register(registry);
    }
}
