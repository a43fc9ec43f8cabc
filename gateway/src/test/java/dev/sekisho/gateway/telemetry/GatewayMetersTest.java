package dev.sekisho.gateway.telemetry;

import static dev.sekisho.gateway.telemetry.GatewayMeter.BOUNDS_HIT;
import static dev.sekisho.gateway.telemetry.GatewayMeter.CERTIFICATE_EXPIRY;
import static dev.sekisho.gateway.telemetry.GatewayMeter.DATAGRAMS_DROPPED;
import static dev.sekisho.gateway.telemetry.GatewayMeter.DNS_QUERIES;
import static dev.sekisho.gateway.telemetry.GatewayMeter.FEED_CONNECTED;
import static dev.sekisho.gateway.telemetry.GatewayMeter.HANDSHAKES_REFUSED;
import static dev.sekisho.gateway.telemetry.GatewayMeter.LANES;
import static dev.sekisho.gateway.telemetry.GatewayMeter.POLICY_VERDICTS;
import static dev.sekisho.gateway.telemetry.GatewayMeter.ROUTES_AGE;
import static dev.sekisho.gateway.telemetry.GatewayMeter.ROUTES_VERSION;
import static dev.sekisho.gateway.telemetry.GatewayMeter.STREAMS;
import static dev.sekisho.gateway.telemetry.GatewayMeter.STREAMS_OPEN;
import static dev.sekisho.gateway.telemetry.GatewayMeter.STREAM_BYTES;
import static dev.sekisho.gateway.telemetry.GatewayMeter.STREAM_OPEN_TIME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.streams.DropReason;
import dev.sekisho.gateway.streams.StreamOutcome.Completed;
import dev.sekisho.gateway.streams.StreamOutcome.NoEndpoint;
import dev.sekisho.gateway.streams.StreamOutcome.NoFreeLane;
import dev.sekisho.gateway.streams.StreamOutcome.Overloaded;
import dev.sekisho.gateway.streams.StreamOutcome.PeerOverloaded;
import dev.sekisho.gateway.streams.StreamOutcome.PolicyChanged;
import dev.sekisho.gateway.streams.StreamOutcome.Refused;
import dev.sekisho.gateway.streams.StreamSide;
import dev.sekisho.gateway.streams.StreamSummary;
import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GatewayMetersTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");

    private final TestClock clock = new TestClock();
    private final LiveRoutes routes = new LiveRoutes();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GatewayMeters meters = new GatewayMeters(registry, clock, routes, 3);

    @Test
    void every_meter_of_the_enum_is_shown_with_its_name_type_help_and_tags_and_no_other() {
        useEverything();

        var families = scrape().families();

        for (var meter : GatewayMeter.values()) {
            assertThat(families).containsKey(meter.key());
            var family = requireNonNull(families.get(meter.key()));
            assertThat(family.type()).isEqualToIgnoringCase(meter.type().name());
            assertThat(family.help()).isEqualTo(meter.help());
            var tags = meter.tags().stream().map(MeterTag::key).toList();
            assertThat(family.samples().keySet())
                    .allSatisfy(labels -> assertThat(labels.keySet().stream()
                                    .filter(label -> !label.equals("le") && !label.startsWith("__")))
                            .containsExactlyInAnyOrderElementsOf(tags));
        }
        assertThat(families).hasSize(GatewayMeter.values().length + 1).containsKey(STREAM_OPEN_TIME.key() + "_max");
    }

    @Test
    void a_stream_is_open_until_it_ended_and_then_counted_once_by_its_outcome() {
        routes.replace(TestRoutes.importing(1, "shop/db"));
        meters.streams().started(StreamSide.IMPORT, ServiceName.parse("shop/db"));
        var during = scrape();
        meters.streams().ended(Streams.IMPORT.connected(new Completed()));

        var after = scrape();

        assertThat(during.value(STREAMS_OPEN, "side", "import")).isEqualTo(1);
        assertThat(during.samples(STREAMS)).isEmpty();
        assertThat(after.value(STREAMS_OPEN, "side", "import")).isZero();
        assertThat(after.samples(STREAMS)).hasSize(1);
        assertThat(after.value(STREAMS, "side", "import", "service", "shop/db", "outcome", "completed"))
                .isEqualTo(1);
        assertThat(after.value(STREAM_BYTES, "side", "import", "direction", "sent"))
                .isEqualTo(100);
        assertThat(after.value(STREAM_BYTES, "side", "import", "direction", "received"))
                .isEqualTo(2000);
        assertThat(after.value(STREAM_OPEN_TIME, "side", "import", "__suffix", "bucket", "le", "0.005"))
                .isZero();
        assertThat(after.value(STREAM_OPEN_TIME, "side", "import", "__suffix", "bucket", "le", "0.01"))
                .isEqualTo(1);
        assertThat(after.value(STREAM_OPEN_TIME, "side", "import", "__suffix", "sum"))
                .isEqualTo(0.007);
    }

    @Test
    void dropped_datagrams_are_counted_by_side_and_reason() {
        var db = ServiceName.parse("shop/db");
        meters.streams().dropped(StreamSide.IMPORT, db, DropReason.QUEUE, 3);
        meters.streams().dropped(StreamSide.IMPORT, db, DropReason.QUEUE, 4);
        meters.streams().dropped(StreamSide.IMPORT, db, DropReason.TURNED_AWAY, 1);
        meters.streams().dropped(StreamSide.EXPORT, db, DropReason.TOO_LONG, 2);

        assertThat(scrape().samples(DATAGRAMS_DROPPED))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Map.of("side", "import", "reason", "queue"), 7.0,
                        Map.of("side", "import", "reason", "turned_away"), 1.0,
                        Map.of("side", "export", "reason", "too_long"), 2.0));
    }

    @Test
    void verdicts_tell_which_side_which_rules_and_what_they_said() {
        ended(Streams.IMPORT.connected(new Completed()));
        ended(Streams.EXPORT.connected(new Completed()));
        ended(Streams.IMPORT.notConnected(new Refused(Direction.INGRESS, "told by tokyo")));
        ended(Streams.EXPORT.notConnected(new Refused(Direction.INGRESS, "no rule")));
        ended(Streams.EXPORT.connected(new PolicyChanged(Direction.INGRESS, "no rule any more")));
        ended(Streams.IMPORT.audited(Direction.INGRESS, "no rule, but nobody enforces it"));
        ended(Streams.IMPORT.notConnected(
                new NoEndpoint(ServiceName.parse("shop/db"), new PortKey(Transport.TCP, 6379))));

        var verdicts = scrape().samples(POLICY_VERDICTS);

        assertThat(verdicts)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Map.of("side", "import", "direction", "egress", "verdict", "allowed"), 1.0,
                        Map.of("side", "export", "direction", "ingress", "verdict", "allowed"), 1.0,
                        Map.of("side", "import", "direction", "ingress", "verdict", "denied"), 1.0,
                        Map.of("side", "import", "direction", "ingress", "verdict", "audited"), 1.0,
                        Map.of("side", "export", "direction", "ingress", "verdict", "denied"), 2.0));
    }

    @Test
    void invariant_5_services_beyond_the_bound_share_one_counter_and_are_counted() {
        routes.replace(TestRoutes.importing(1, "shop/a", "shop/b", "shop/c", "shop/d", "shop/e"));

        Stream.of("a", "b", "c", "d", "e", "a")
                .forEach(name -> ended(Streams.IMPORT.to("shop/" + name).connected(new Completed())));

        var scrape = scrape();
        assertThat(scrape.samples(STREAMS)).hasSize(4);
        assertThat(scrape.value(STREAMS, "side", "import", "service", "shop/a", "outcome", "completed"))
                .isEqualTo(2);
        assertThat(scrape.value(STREAMS, "side", "other", "service", "other", "outcome", "other"))
                .isEqualTo(2);
        assertThat(scrape.value(BOUNDS_HIT, "bound", "telemetry.services")).isEqualTo(2);
    }

    @Test
    void a_service_that_only_a_peer_speaks_of_is_no_tag() {
        routes.replace(TestRoutes.importing(1, "shop/db"));

        ended(Streams.EXPORT.to("made-up/name").notConnected(new Refused(Direction.INGRESS, "no rule")));

        assertThat(scrape().samples(STREAMS))
                .containsOnlyKeys(Map.of("side", "export", "service", "other", "outcome", "refused"));
    }

    @Test
    void a_bound_that_was_reached_is_counted_once_and_that_of_a_peer_is_the_peers_to_count() {
        ended(Streams.IMPORT.notConnected(new Overloaded(Bound.STREAMS)));
        ended(Streams.IMPORT.notConnected(new PeerOverloaded(TOKYO, "streams.maxStreams is reached")));
        ended(Streams.IMPORT.notConnected(new NoFreeLane(TOKYO, Bound.WAITING_STREAMS)));
        meters.lanes().exhausted(TOKYO, Bound.WAITING_STREAMS);
        meters.lanes().refused(RefusalReason.TOO_MANY_CONNECTIONS, "from 192.0.2.1");

        var scrape = scrape();

        assertThat(scrape.samples(BOUNDS_HIT))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Map.of("bound", "streams.maxStreams"), 1.0,
                        Map.of("bound", "tunnel.pool.maxWaiting"), 1.0,
                        Map.of("bound", "tunnel.maxConnections"), 1.0));
        assertThat(scrape.value(HANDSHAKES_REFUSED, "reason", "too_many_connections"))
                .isEqualTo(1);
    }

    @Test
    void lanes_are_shown_for_each_peer_of_the_route_table_also_when_there_are_none() {
        meters.countLanes(LaneRole.DIALLED, () -> Map.of(TOKYO, new LaneCount(2, 1)));
        routes.replace(TestRoutes.linkedWith(1, "tokyo", "sapporo"));
        var linked = scrape();
        routes.replace(TestRoutes.linkedWith(2, "sapporo"));

        var removed = scrape();

        assertThat(linked.value(LANES, "peer", "tokyo", "role", "dialled", "state", "idle"))
                .isEqualTo(2);
        assertThat(linked.value(LANES, "peer", "tokyo", "role", "dialled", "state", "busy"))
                .isEqualTo(1);
        assertThat(linked.value(LANES, "peer", "tokyo", "role", "accepted", "state", "idle"))
                .isZero();
        assertThat(linked.samples(LANES)).hasSize(8);
        assertThat(removed.samples(LANES))
                .hasSize(4)
                .allSatisfy((labels, _) -> assertThat(labels).containsEntry("peer", "sapporo"));
    }

    @Test
    void route_table_feed_and_certificate_are_told_as_of_now() {
        var connected = new AtomicBoolean();
        var notAfter = clock.instant().plusSeconds(86_400);
        meters.watchFeed(connected::get);
        meters.watchCertificate(() -> notAfter);
        var before = scrape();
        routes.replace(TestRoutes.importing(7));
        connected.set(true);
        clock.advance(Duration.ofMillis(90_500));

        var after = scrape();

        assertThat(before.value(ROUTES_VERSION)).isNaN();
        assertThat(before.value(ROUTES_AGE)).isNaN();
        assertThat(before.value(FEED_CONNECTED)).isZero();
        assertThat(before.value(CERTIFICATE_EXPIRY)).isEqualTo(86_400);
        assertThat(after.value(ROUTES_VERSION)).isEqualTo(7);
        assertThat(after.value(ROUTES_AGE)).isEqualTo(90.5);
        assertThat(after.value(FEED_CONNECTED)).isEqualTo(1);
        assertThat(after.value(CERTIFICATE_EXPIRY)).isEqualTo(86_309.5);
        assertThat(meters.routesInForceFor()).hasValue(Duration.ofMillis(90_500));
    }

    @Test
    void dns_queries_are_counted_by_type_and_response_code() {
        meters.dnsAnswered("AAAA", "NXDOMAIN");
        meters.dnsAnswered("AAAA", "NXDOMAIN");

        assertThat(scrape().value(DNS_QUERIES, "type", "AAAA", "rcode", "nxdomain"))
                .isEqualTo(2);
    }

    @Test
    void promtool_finds_nothing_to_say() throws Exception {
        var promtool = onPath("promtool");
        assumeTrue(promtool.isPresent(), "promtool is not installed, so its opinion is not asked");
        useEverything();

        var check = new ProcessBuilder(promtool.orElseThrow().toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var in = check.getOutputStream()) {
            in.write(registry.scrape().getBytes(UTF_8));
        }
        var said = new String(check.getInputStream().readAllBytes(), UTF_8);

        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(check.exitValue()).isZero();
    }

    private void useEverything() {
        routes.replace(TestRoutes.linkedWith(1, "tokyo"));
        meters.watchFeed(() -> true);
        meters.watchCertificate(() -> clock.instant().plusSeconds(60));
        meters.lanes().opened(TOKYO, LaneRole.DIALLED);
        meters.lanes().lost(TOKYO, LaneRole.DIALLED, "idle");
        meters.lanes().dialFailed(TOKYO, "connection refused");
        meters.dnsAnswered("A", "NOERROR");
        meters.boundHit(Bound.ADMIN_CONNECTIONS);
        ended(Streams.IMPORT.connected(new Completed()));
        meters.streams().dropped(StreamSide.IMPORT, ServiceName.parse("shop/db"), DropReason.QUEUE, 1);
    }

    private void ended(StreamSummary summary) {
        meters.streams().started(summary.side(), summary.service());
        meters.streams().ended(summary);
    }

    private PrometheusText scrape() {
        return PrometheusText.parse(registry.scrape());
    }

    private static Optional<Path> onPath(String program) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .map(folder -> Path.of(folder, program))
                .filter(file -> file.toFile().canExecute())
                .findFirst();
    }
}
