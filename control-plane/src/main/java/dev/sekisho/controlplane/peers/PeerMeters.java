package dev.sekisho.controlplane.peers;

import dev.sekisho.names.ClusterName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What is measured of one peer; the meters go when the peer does. Written on the links' event loop, read by whoever
/// scrapes.
final class PeerMeters {
    private final MeterRegistry registry;
    private final ClusterName peer;
    private final InstantSource clock;
    private final List<Meter> registered = new ArrayList<>();
    private boolean closed;
    private volatile State state = new State(false, Instant.EPOCH, Double.NaN, 0);

    private record State(boolean connected, Instant heardAt, double roundTrip, int exports) {}

    PeerMeters(MeterRegistry registry, ClusterName peer, InstantSource clock) {
        this.registry = registry;
        this.peer = peer;
        this.clock = clock;
        gauge(SyncMeter.AGE, meters -> meters.ageSeconds());
        gauge(SyncMeter.CONNECTED, meters -> meters.state.connected() ? 1 : 0);
        gauge(SyncMeter.EXPORTS, meters -> meters.state.exports());
        gauge(SyncMeter.ROUND_TRIP, meters -> meters.state.roundTrip());
    }

    private void gauge(SyncMeter meter, ToDoubleFunction<PeerMeters> value) {
        var gauge = Gauge.builder(meter.key(), this, value)
                .description(meter.help())
                .tag("peer", peer.value());
        registered.add((meter.unit().isEmpty() ? gauge : gauge.baseUnit(meter.unit())).register(registry));
    }

    private double ageSeconds() {
        var heardAt = state.heardAt();
        return heardAt.equals(Instant.EPOCH)
                ? Double.NaN
                : Duration.between(heardAt, clock.instant()).toMillis() / 1000.0;
    }

    void connected(boolean connected) {
        state = new State(connected, state.heardAt(), state.roundTrip(), state.exports());
    }

    void heard(Instant at) {
        state = new State(state.connected(), at, state.roundTrip(), state.exports());
    }

    void roundTrip(Duration duration) {
        state = new State(state.connected(), state.heardAt(), duration.toNanos() / 1e9, state.exports());
    }

    void exports(int exports) {
        state = new State(state.connected(), state.heardAt(), state.roundTrip(), exports);
    }

    /// @param outcome `sent`, `received`, `stale` or the label of a [PeerRecords.Refusal]
    void records(String outcome, int count) {
        count(SyncMeter.RECORDS, "outcome", outcome, count);
    }

    void withdrawalsSent(int count) {
        count(SyncMeter.WITHDRAWALS, "outcome", "sent", count);
    }

    /// @param outcome `connected` or `failed`
    void dialled(String outcome) {
        count(SyncMeter.DIALS, "outcome", outcome, 1);
    }

    private void count(SyncMeter meter, String tag, String value, int count) {
        if (count > 0 && !closed) {
            var counter = Counter.builder(meter.key())
                    .description(meter.help())
                    .tag("peer", peer.value())
                    .tag(tag, value)
                    .register(registry);
            counter.increment(count);
            if (!registered.contains(counter)) {
                registered.add(counter);
            }
        }
    }

    /// Nothing is measured from here on, whatever still comes of what was under way.
    void close() {
        closed = true;
        registered.forEach(registry::remove);
    }
}
