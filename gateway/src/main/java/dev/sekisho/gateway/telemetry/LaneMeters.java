package dev.sekisho.gateway.telemetry;

import static java.util.Objects.requireNonNull;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.LaneWatcher;
import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.names.ClusterName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// What is measured of lanes. Any thread.
final class LaneMeters implements LaneWatcher {
    /// Of tags that name a peer; lanes exist with linked clusters only, so this is far away.
    private static final int MOST = 2_000;

    private final MeterRegistry registry;
    private final Consumer<Bound> boundHit;
    private final Counters opened;
    private final Counters lost;
    private final Counters dialsFailed;
    private final Map<RefusalReason, Counter> refused = new EnumMap<>(RefusalReason.class);
    private final Map<LaneRole, Supplier<Map<ClusterName, LaneCount>>> counts = new ConcurrentHashMap<>();
    private final Map<ClusterName, List<Gauge>> gauges = new HashMap<>();

    LaneMeters(MeterRegistry registry, Consumer<Bound> boundHit) {
        this.registry = registry;
        this.boundHit = boundHit;
        Runnable full = () -> boundHit.accept(Bound.METERED_PEERS);
        opened = new Counters(registry, GatewayMeter.LANES_OPENED, MOST, full);
        lost = new Counters(registry, GatewayMeter.LANES_LOST, MOST, full);
        dialsFailed = new Counters(registry, GatewayMeter.LANE_DIALS_FAILED, MOST, full);
        var byReason = new Counters(registry, GatewayMeter.HANDSHAKES_REFUSED, RefusalReason.values().length, full);
        for (var reason : RefusalReason.values()) {
            refused.put(reason, byReason.of(reason.label()));
        }
    }

    /// @param current asked at each scrape
    void countLanes(LaneRole role, Supplier<Map<ClusterName, LaneCount>> current) {
        counts.put(role, current);
    }

    /// A peer without a lane shows 0, a peer that is gone is not shown.
    synchronized void replacePeers(Set<ClusterName> peers) {
        gauges.entrySet().removeIf(entry -> {
            var gone = !peers.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        peers.forEach(peer -> gauges.computeIfAbsent(peer, this::gaugesOf));
    }

    private List<Gauge> gaugesOf(ClusterName peer) {
        var all = new ArrayList<Gauge>();
        for (var role : LaneRole.values()) {
            all.add(gauge(peer, role, "idle", LaneCount::idle));
            all.add(gauge(peer, role, "busy", LaneCount::busy));
        }
        return all;
    }

    private Gauge gauge(ClusterName peer, LaneRole role, String state, ToIntFunction<LaneCount> lanes) {
        return Gauges.register(
                registry,
                GatewayMeter.LANES,
                () -> lanes.applyAsInt(countOf(peer, role)),
                peer.value(),
                label(role),
                state);
    }

    private LaneCount countOf(ClusterName peer, LaneRole role) {
        return counts.getOrDefault(role, Map::of).get().getOrDefault(peer, LaneCount.NONE);
    }

    @Override
    public void opened(ClusterName peer, LaneRole role) {
        opened.of(peer.value(), label(role)).increment();
    }

    @Override
    public void retired(ClusterName peer, LaneRole role) {
        lost.of(peer.value(), label(role)).increment();
    }

    @Override
    public void lost(ClusterName peer, LaneRole role, String reason) {
        lost.of(peer.value(), label(role)).increment();
    }

    @Override
    public void dialFailed(ClusterName peer, String reason) {
        dialsFailed.of(peer.value()).increment();
    }

    @Override
    public void refused(RefusalReason kind, String reason) {
        requireNonNull(refused.get(kind)).increment();
        if (kind == RefusalReason.TOO_MANY_CONNECTIONS) {
            boundHit.accept(Bound.PUBLIC_CONNECTIONS);
        }
    }

    @Override
    public void exhausted(ClusterName peer, Bound bound) {
        boundHit.accept(bound);
    }

    /// The role's name in meters and log lines.
    static String label(LaneRole role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
