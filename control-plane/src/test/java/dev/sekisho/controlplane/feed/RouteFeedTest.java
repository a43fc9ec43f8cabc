package dev.sekisho.controlplane.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.feed.v1.NamespaceRoute;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TestClock;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.ServiceName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteFeedTest {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final TestClusters clusters = TestClusters.linked("tokyo", "osaka");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RouteFeed feed = feed(ANY_PORT);
    private final List<TestGateway> gateways = new ArrayList<>();

    private RouteFeed feed(HostPort listen) {
        return new RouteFeed(
                vertx,
                vertx.getOrCreateContext(),
                listen,
                clusters.controlPlane("tokyo"),
                clock,
                new ControlPlaneMeters(registry));
    }

    @BeforeEach
    void start() {
        Await.result(feed.start());
    }

    @AfterEach
    void stop() {
        gateways.forEach(TestGateway::close);
        Await.result(feed.stop());
        Await.result(vertx.close());
    }

    private TestGateway follow(String name, long heldVersion) {
        return follow(clusters.gateway("tokyo"), name, heldVersion);
    }

    private TestGateway follow(TlsIdentity identity, String name, long heldVersion) {
        var gateway = TestGateway.follow(vertx, identity, feed.port(), name, heldVersion);
        gateways.add(gateway);
        return gateway;
    }

    private static SortedMap<String, Resource> namespaces(String... names) {
        var resources = new TreeMap<String, Resource>();
        for (String name : names) {
            var key = "namespace/" + name;
            resources.put(
                    key,
                    Resource.newBuilder()
                            .setKey(key)
                            .setNamespace(NamespaceRoute.newBuilder().setName(name))
                            .build());
        }
        return resources;
    }

    private static SortedMap<String, Resource> labelled(String name, String value) {
        var key = "namespace/" + name;
        var resources = new TreeMap<String, Resource>();
        resources.put(
                key,
                Resource.newBuilder()
                        .setKey(key)
                        .setNamespace(NamespaceRoute.newBuilder().setName(name).putLabels("v", value))
                        .build());
        return resources;
    }

    private static void updatesOf(TestGateway gateway, int count) {
        Await.until(() -> assertThat(gateway.updates()).hasSize(count));
    }

    @Test
    void a_gateway_first_gets_everything_and_then_what_changes() {
        feed.publish(namespaces("a", "b"), Set.of());
        var gateway = follow("g1", 0);
        updatesOf(gateway, 1);
        gateway.acknowledgeLast();

        feed.publish(namespaces("b", "c"), Set.of());

        updatesOf(gateway, 2);
        var first = gateway.updates().getFirst();
        var second = gateway.updates().getLast();
        assertThat(first.getBaseVersion()).isZero();
        assertThat(first.getUpsertsList()).extracting(Resource::getKey).containsExactly("namespace/a", "namespace/b");
        assertThat(second.getBaseVersion()).isEqualTo(first.getVersion());
        assertThat(second.getVersion()).isGreaterThan(first.getVersion());
        assertThat(second.getUpsertsList()).extracting(Resource::getKey).containsExactly("namespace/c");
        assertThat(second.getRemovedKeysList()).containsExactly("namespace/a");
    }

    @Test
    void invariant_1_a_gateway_waits_while_there_is_no_route_table() {
        var gateway = follow("g1", 0);
        Await.until(() -> assertThat(feed.gateways()).hasSize(1));
        assertThat(gateway.updates()).isEmpty();

        feed.publish(namespaces("a"), Set.of());

        updatesOf(gateway, 1);
    }

    @Test
    void invariant_1_a_table_that_may_miss_something_says_what_a_gateway_keeps() {
        feed.publish(namespaces("a"), Set.of("import/shop/db", "import/shop/web"));

        var gateway = follow("g1", 42);
        updatesOf(gateway, 1);
        gateway.acknowledgeLast();
        feed.publish(namespaces("a"), Set.of("import/shop/web"));
        updatesOf(gateway, 2);
        var fresh = follow("g2", 0);
        updatesOf(fresh, 1);

        var first = gateway.updates().getFirst();
        assertThat(first.getBaseVersion()).isEqualTo(42);
        assertThat(first.getWhole()).isTrue();
        assertThat(first.getKeptKeysList()).containsExactly("import/shop/db", "import/shop/web");
        assertThat(gateway.updates().getLast().getRemovedKeysList()).containsExactly("import/shop/db");
        assertThat(gateway.updates().getLast().getWhole()).isFalse();
        assertThat(fresh.updates().getFirst().getBaseVersion()).isZero();
    }

    @Test
    void a_table_that_has_become_complete_replaces_what_a_gateway_had_kept() {
        feed.publish(namespaces("a"), Set.of("import/shop/db"));
        var gateway = follow("g1", 42);
        updatesOf(gateway, 1);
        gateway.acknowledgeLast();

        feed.publish(namespaces("a"), Set.of());

        updatesOf(gateway, 2);
        assertThat(gateway.updates().getLast().getBaseVersion()).isZero();
        assertThat(gateway.updates().getLast().getUpsertsList()).hasSize(1);
    }

    @Test
    void a_slow_gateway_gets_the_newest_state_instead_of_a_queue() {
        feed.publish(labelled("a", "0"), Set.of());
        var slow = follow("slow", 0);
        var quick = follow("quick", 0);
        updatesOf(slow, 1);
        updatesOf(quick, 1);

        for (var i = 1; i <= 500; i++) {
            feed.publish(labelled("a", Integer.toString(i)), Set.of());
        }
        quick.acknowledgeLast();
        updatesOf(quick, 2);
        assertThat(slow.updates()).hasSize(1);
        slow.acknowledgeLast();

        Await.until(() -> assertThat(slow.table()).isEqualTo(labelled("a", "500")));
        assertThat(slow.updates()).hasSize(2);
    }

    @Test
    void an_unchanged_table_is_no_news() {
        feed.publish(namespaces("a"), Set.of());
        Await.until(() -> assertThat(feed.version()).isPositive());
        var version = feed.version();

        feed.publish(namespaces("a"), Set.of());
        feed.publish(namespaces("b"), Set.of());

        Await.until(() -> assertThat(feed.version()).isEqualTo(version + 1));
    }

    @Test
    void versions_grow_over_restarts_even_when_the_clock_goes_back() {
        feed.publish(namespaces("a"), Set.of());
        var future = clock.millis() + Duration.ofDays(1).toMillis();
        var gateway = follow("g1", future);

        updatesOf(gateway, 1);

        assertThat(gateway.updates().getFirst().getVersion()).isEqualTo(future + 1);
        assertThat(gateway.updates().getFirst().getBaseVersion()).isZero();
    }

    @Test
    void a_gateway_from_another_replica_does_not_go_back_to_what_was_before_its_table() {
        feed.publish(namespaces("shop"), Set.of());
        Await.until(() -> assertThat(feed.version()).isPositive());
        var heldFromTheOther = feed.version() + 500;

        var gateway = follow("g1", heldFromTheOther);
        Await.until(() -> assertThat(feed.gateways()).hasSize(1));
        feed.publish(namespaces("shop", "bank"), Set.of());
        updatesOf(gateway, 1);

        var first = gateway.updates().getFirst();
        assertThat(first.getUpsertsList()).extracting(Resource::getKey).contains("namespace/bank");
        assertThat(first.getVersion()).isGreaterThan(heldFromTheOther);
    }

    @Test
    void several_gateways_come_to_the_same_table() {
        feed.publish(namespaces("a"), Set.of());
        var first = follow("g1", 0);
        var second = follow("g2", 0);
        updatesOf(first, 1);
        updatesOf(second, 1);
        first.acknowledgeLast();
        second.acknowledgeLast();

        feed.publish(namespaces("b"), Set.of());

        Await.until(() -> assertThat(first.table()).isEqualTo(namespaces("b")));
        Await.until(() -> assertThat(second.table()).isEqualTo(namespaces("b")));
        assertThat(feed.gateways()).extracting(GatewayStatus::gateway).containsExactly("g1", "g2");
    }

    @Test
    void what_a_gateway_could_not_put_in_force_is_shown() {
        feed.publish(namespaces("a"), Set.of());
        var gateway = follow("g1", 0);
        updatesOf(gateway, 1);

        gateway.acknowledgeLast("127.66.1.9:6379: address in use");

        Await.until(() ->
                assertThat(feed.gateways().getFirst().problems()).containsExactly("127.66.1.9:6379: address in use"));
        assertThat(feed.gateways().getFirst().acknowledgedVersion())
                .isEqualTo(gateway.updates().getFirst().getVersion());
        assertThat(registry.get("sekisho.feed.problems").gauge().value()).isEqualTo(1);
    }

    @Test
    void what_gateways_say_of_their_listeners_is_told_until_they_are_gone() {
        var told = new CopyOnWriteArrayList<Listening>();
        feed.onListening(told::add);
        feed.publish(namespaces("a"), Set.of());
        var gateway = follow("g1", 0);
        updatesOf(gateway, 1);

        gateway.acknowledgeLast();
        var allOpen = new Listening(Map.of("g1", new Listening.Gateway(clock.instant(), Map.of())));
        Await.until(() -> assertThat(told).containsExactly(Listening.NOBODY, allOpen));
        gateway.failsToListen("shop", "db", "cannot listen on 127.66.1.9:6379: in use");
        Await.until(() -> assertThat(told).hasSize(3));
        gateway.disappear();
        Await.until(() -> assertThat(told).hasSize(4));

        assertThat(told.get(2))
                .isEqualTo(new Listening(Map.of(
                        "g1",
                        new Listening.Gateway(
                                clock.instant(),
                                Map.of(
                                        ServiceName.parse("shop/db"),
                                        List.of("cannot listen on 127.66.1.9:6379: in use"))))));
        assertThat(told.getLast()).isEqualTo(Listening.NOBODY);
    }

    @Test
    void an_acknowledgement_that_cannot_be_read_ends_the_feed() {
        feed.publish(namespaces("a"), Set.of());
        var gateway = follow("g1", 0);
        updatesOf(gateway, 1);

        gateway.acknowledgeLast("x".repeat(300_000));

        Await.until(() -> assertThat(gateway.ended()).contains(GrpcStatus.INVALID_ARGUMENT));
        Await.until(() -> assertThat(feed.gateways()).isEmpty());
    }

    @Test
    void the_lag_is_the_age_of_the_oldest_missing_acknowledgement() {
        feed.publish(namespaces("a"), Set.of());
        var gateway = follow("g1", 0);
        updatesOf(gateway, 1);
        var lag = registry.get("sekisho.feed.lag").gauge();

        clock.advance(Duration.ofSeconds(7));
        assertThat(lag.value()).isEqualTo(7);
        gateway.acknowledgeLast();

        Await.until(() -> assertThat(lag.value()).isZero());
    }

    @Test
    void a_gateway_that_comes_back_replaces_its_lost_self() {
        feed.publish(namespaces("a"), Set.of());
        var before = follow("g1", 0);
        updatesOf(before, 1);

        var after = follow("g1", before.updates().getFirst().getVersion());

        updatesOf(after, 1);
        Await.until(() -> assertThat(before.ended()).contains(GrpcStatus.ABORTED));
        assertThat(feed.gateways()).hasSize(1);
    }

    @Test
    void a_gateway_that_is_gone_is_no_longer_shown() {
        var gateway = follow("g1", 0);
        Await.until(() -> assertThat(feed.gateways()).hasSize(1));

        gateway.disappear();

        Await.until(() -> assertThat(feed.gateways()).isEmpty());
    }

    @Test
    void a_gateway_of_another_cluster_is_refused() {
        feed.publish(namespaces("a"), Set.of());

        var stranger = follow(clusters.gateway("osaka"), "g1", 0);

        Await.until(() -> assertThat(stranger.ended()).contains(GrpcStatus.PERMISSION_DENIED));
        assertThat(stranger.updates()).isEmpty();
        assertThat(registry.get("sekisho.feed.refused")
                        .tag("reason", "identity")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_control_plane_is_no_gateway() {
        feed.publish(namespaces("a"), Set.of());

        var stranger = follow(clusters.controlPlane("tokyo"), "g1", 0);

        Await.until(() -> assertThat(stranger.ended()).contains(GrpcStatus.PERMISSION_DENIED));
        assertThat(stranger.updates()).isEmpty();
    }

    @Test
    void a_certificate_of_another_authority_is_refused_by_tls() {
        feed.publish(namespaces("a"), Set.of());

        assertThat(TestGateway.isRefusedByTls(
                        vertx, clusters.foreignAuthority("tokyo", SpiffeId.Role.GATEWAY), feed.port()))
                .isTrue();
        assertThat(TestGateway.isRefusedByTls(vertx, clusters.gateway("tokyo"), feed.port()))
                .isFalse();
        assertThat(registry.get("sekisho.feed.refused")
                        .tag("reason", "handshake")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void an_expired_certificate_is_refused_by_tls() {
        assertThat(TestGateway.isRefusedByTls(vertx, clusters.expired("tokyo", SpiffeId.Role.GATEWAY), feed.port()))
                .isTrue();
    }

    @Test
    void an_address_in_use_names_the_setting_and_the_address() {
        var second = feed(new HostPort("127.0.0.1", feed.port()));

        var failure = Await.failure(second.start());

        assertThat(failure).hasMessageContaining("listen.feed").hasMessageContaining("127.0.0.1:" + feed.port());
    }

    @Test
    void a_difference_leads_from_any_table_to_any_other() {
        var random = new Random(42);
        for (var round = 0; round < 500; round++) {
            var from = new RouteVersion(1, randomTable(random), Set.of());
            var to = new RouteVersion(2, randomTable(random), Set.of());

            assertThat(apply(from.resources(), to.since(from))).isEqualTo(to.resources());
        }
    }

    private static SortedMap<String, Resource> randomTable(Random random) {
        var table = new TreeMap<String, Resource>();
        for (var i = 0; i < 8; i++) {
            if (random.nextBoolean()) {
                table.putAll(labelled("n" + i, Integer.toString(random.nextInt(3))));
            }
        }
        return table;
    }

    private static SortedMap<String, Resource> apply(SortedMap<String, Resource> table, RouteUpdate update) {
        var applied = new TreeMap<>(table);
        update.getRemovedKeysList().forEach(key -> Objects.requireNonNull(applied.remove(key)));
        update.getUpsertsList().forEach(resource -> applied.put(resource.getKey(), resource));
        return applied;
    }
}
