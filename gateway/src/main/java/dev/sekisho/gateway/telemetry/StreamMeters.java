package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.streams.DropReason;
import dev.sekisho.gateway.streams.StreamOutcome.Overloaded;
import dev.sekisho.gateway.streams.StreamSide;
import dev.sekisho.gateway.streams.StreamSummary;
import dev.sekisho.gateway.streams.StreamWatcher;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// What is measured of streams: everything at the end of each, from its summary, so that meters and log agree.
final class StreamMeters implements StreamWatcher {
    // From a warm lane to a neighbour up to the default open timeout.
    private static final Duration[] OPEN_TIME_BUCKETS = IntStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Predicate<ServiceName> isRouted;
    private final Consumer<Bound> boundHit;
    private final Counters streams;
    private final Counters verdicts;
    private final Counters dropped;
    private final Map<StreamSide, Side> sides = new EnumMap<>(StreamSide.class);

    /// What needs no tag but the side, resolved once.
    private record Side(AtomicLong open, Counter sent, Counter received, Timer openTime) {}

    /// @param isRouted whether a service is in the route table and may thus be a tag
    /// @param most combinations of tags of the streams meter
    StreamMeters(MeterRegistry registry, Predicate<ServiceName> isRouted, int most, Consumer<Bound> boundHit) {
        this.isRouted = isRouted;
        this.boundHit = boundHit;
        streams = new Counters(registry, GatewayMeter.STREAMS, most, () -> boundHit.accept(Bound.METERED_SERVICES));
        verdicts = unbounded(registry, GatewayMeter.POLICY_VERDICTS);
        dropped = unbounded(registry, GatewayMeter.DATAGRAMS_DROPPED);
        var bytes = unbounded(registry, GatewayMeter.STREAM_BYTES);
        for (var side : StreamSide.values()) {
            var open = new AtomicLong();
            Gauges.register(registry, GatewayMeter.STREAMS_OPEN, open::get, label(side));
            sides.put(
                    side,
                    new Side(
                            open,
                            bytes.of(label(side), "sent"),
                            bytes.of(label(side), "received"),
                            openTime(registry, side)));
        }
    }

    /// For meters whose tags are all our own enums.
    private static Counters unbounded(MeterRegistry registry, GatewayMeter meter) {
        return new Counters(registry, meter, Integer.MAX_VALUE, () -> {});
    }

    private static Timer openTime(MeterRegistry registry, StreamSide side) {
        var meter = GatewayMeter.STREAM_OPEN_TIME;
        return Timer.builder(meter.key())
                .description(meter.help())
                .tag(meter.tags().getFirst().key(), label(side))
                .serviceLevelObjectives(OPEN_TIME_BUCKETS)
                .register(registry);
    }

    @Override
    public void started(StreamSide side, ServiceName service) {
        of(side).open.incrementAndGet();
    }

    @Override
    public void dropped(StreamSide side, ServiceName service, DropReason reason, int count) {
        dropped.of(label(side), reason.label()).increment(count);
    }

    @Override
    public void ended(StreamSummary summary) {
        var side = of(summary.side());
        side.open.decrementAndGet();
        side.sent.increment((double) summary.sentBytes());
        side.received.increment((double) summary.receivedBytes());
        summary.openTime().ifPresent(side.openTime::record);
        var service = isRouted.test(summary.service()) ? summary.service().toString() : Counters.OTHER;
        streams.of(label(summary.side()), service, summary.outcome().label()).increment();
        countVerdicts(summary);
        if (summary.outcome() instanceof Overloaded(Bound bound)) {
            boundHit.accept(bound);
        }
    }

    private void countVerdicts(StreamSummary summary) {
        var side = summary.side();
        var denied = summary.outcome().deniedBy();
        if (denied.isPresent()) {
            countVerdict(side, denied.get(), "denied");
        } else if (summary.openTime().isPresent()) {
            var own = side == StreamSide.IMPORT ? Direction.EGRESS : Direction.INGRESS;
            summary.audited()
                    .ifPresentOrElse(
                            audited -> countVerdict(side, audited.by(), "audited"),
                            () -> countVerdict(side, own, "allowed"));
        }
    }

    private void countVerdict(StreamSide side, Direction direction, String verdict) {
        verdicts.of(label(side), direction.name().toLowerCase(Locale.ROOT), verdict)
                .increment();
    }

    private Side of(StreamSide side) {
        return Objects.requireNonNull(sides.get(side));
    }

    /// The side's name in meters and log lines.
    static String label(StreamSide side) {
        return side.name().toLowerCase(Locale.ROOT);
    }
}
