package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.streams.StreamWatcher;
import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.LaneWatcher;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The values of every [GatewayMeter]. Any thread.
public final class GatewayMeters {
    /// Combinations of service, side and outcome; each costs a line in every scrape.
    private static final int MOST_STREAM_TAGS = 5_000;

    private static final int MOST_BOUNDS = 100;
    private static final int MOST_DNS_TAGS = 200;

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final LiveRoutes routes;
    private final StreamMeters streams;
    private final LaneMeters lanes;
    private final Counters bounds;
    private final Counters dns;
    private volatile Optional<Instant> routesSince = Optional.empty();

    /// Registers what needs no more than `routes`; the rest comes with [#countLanes], [#watchFeed] and
    /// [#watchCertificate] once its source exists.
    public GatewayMeters(MeterRegistry registry, InstantSource clock, LiveRoutes routes) {
        this(registry, clock, routes, MOST_STREAM_TAGS);
    }

    GatewayMeters(MeterRegistry registry, InstantSource clock, LiveRoutes routes, int mostStreamTags) {
        this.registry = registry;
        this.clock = clock;
        this.routes = routes;
        bounds = new Counters(registry, GatewayMeter.BOUNDS_HIT, MOST_BOUNDS, () -> {});
        dns = new Counters(registry, GatewayMeter.DNS_QUERIES, MOST_DNS_TAGS, () -> boundHit(Bound.METERED_QUESTIONS));
        streams = new StreamMeters(registry, this::isRouted, mostStreamTags, this::boundHit);
        lanes = new LaneMeters(registry, this::boundHit);
        Gauges.register(registry, GatewayMeter.ROUTES_VERSION, this::routesVersion);
        Gauges.register(registry, GatewayMeter.ROUTES_AGE, this::routesAge);
        routes.onReplace(this::routesReplaced);
        routes.current().ifPresent(this::routesReplaced);
    }

    public StreamWatcher streams() {
        return streams;
    }

    public LaneWatcher lanes() {
        return lanes;
    }

    /// Counts that a bound was reached.
    public void boundHit(Bound bound) {
        bounds.of(bound.setting()).increment();
    }

    /// A [dev.sekisho.gateway.dns.DnsWatcher].
    public void dnsAnswered(String type, String outcome) {
        dns.of(type, outcome.toLowerCase(Locale.ROOT)).increment();
    }

    /// @param current asked at each scrape, on the scraping thread
    public void countLanes(LaneRole role, Supplier<Map<ClusterName, LaneCount>> current) {
        lanes.countLanes(role, current);
    }

    /// @param connected asked at each scrape, on the scraping thread
    public void watchFeed(BooleanSupplier connected) {
        Gauges.register(registry, GatewayMeter.FEED_CONNECTED, () -> connected.getAsBoolean() ? 1 : 0);
    }

    /// @param notAfter asked at each scrape, on the scraping thread
    public void watchCertificate(Supplier<Instant> notAfter) {
        Gauges.register(
                registry,
                GatewayMeter.CERTIFICATE_EXPIRY,
                () -> seconds(Duration.between(clock.instant(), notAfter.get())));
    }

    /// How long the route table in force has been so; empty before the first.
    public Optional<Duration> routesInForceFor() {
        return routesSince.map(since -> Duration.between(since, clock.instant()));
    }

    private void routesReplaced(RouteTable table) {
        routesSince = Optional.of(clock.instant());
        lanes.replacePeers(table.peers().keySet());
    }

    private boolean isRouted(ServiceName service) {
        return routes.current()
                .filter(table ->
                        table.imports().containsKey(service) || table.exports().containsKey(service))
                .isPresent();
    }

    private double routesVersion() {
        return routes.current().map(table -> (double) table.version()).orElse(Double.NaN);
    }

    private double routesAge() {
        return routesInForceFor().map(GatewayMeters::seconds).orElse(Double.NaN);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
