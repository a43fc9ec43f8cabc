package dev.sekisho.gateway.feed;

import static dev.sekisho.gateway.routes.Resources.cluster;
import static dev.sekisho.gateway.routes.Resources.denyAll;
import static dev.sekisho.gateway.routes.Resources.imported;
import static dev.sekisho.gateway.routes.Resources.osaka;
import static dev.sekisho.gateway.routes.Resources.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.feed.v1.Acknowledge;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteSnapshot;
import dev.sekisho.gateway.Eventually;
import dev.sekisho.gateway.routes.ListenerProblem;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.OneName;
import dev.sekisho.names.ServiceName;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFeedTest {
    private static final ServiceName DB = new ServiceName("shop", "db");
    private static final ServiceName CACHE = new ServiceName("shop", "cache");
    private static final int PODS = 20_000;

    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo");
    private final LiveRoutes routes = new LiveRoutes();
    private final List<TestControlPlane> controlPlanes = new ArrayList<>();
    private final List<RouteFeed> feeds = new ArrayList<>();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void stop() {
        feeds.forEach(feed -> Eventually.done(feed.stop()));
        controlPlanes.forEach(TestControlPlane::close);
        Eventually.done(vertx.close());
    }

    @Test
    void a_snapshot_is_put_in_force_and_acknowledged() {
        var controlPlane = controlPlane(0);
        var feed = follow(controlPlane.port());

        var call = controlPlane.nextCall();
        var subscribe = call.next().getSubscribe();
        call.snapshot(7, osaka(imported("db", "127.66.1.5")));

        assertThat(subscribe.getGateway()).isEqualTo("gateway-1");
        assertThat(subscribe.getHeldVersion()).isZero();
        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(7));
        assertThat(table().version()).isEqualTo(7);
        assertThat(table().imports()).containsOnlyKeys(DB);
        assertThat(feed.isConnected()).isTrue();
        assertThat(feed.problems()).isEmpty();
    }

    @Test
    void every_address_of_the_control_planes_name_is_dialled() {
        try (var names = OneName.at("127.66.66.66", "::1")) {
            var vertxOfFeed = Vertx.vertx(new VertxOptions()
                    .setAddressResolverOptions(new AddressResolverOptions().addServer(names.server())));
            var controlPlane = new TestControlPlane(vertx, clusters.controlPlane("osaka"), "::1", 0);
            controlPlanes.add(controlPlane);
            var feed = feed(vertxOfFeed, new HostPort("control-plane.test", controlPlane.port()), routes);

            var call = subscribed(controlPlane, 0);
            call.snapshot(7, osaka(imported("db", "127.66.1.5")));

            assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(7));
            assertThat(feed.isConnected()).isTrue();
            Eventually.done(feed.stop());
            Eventually.done(vertxOfFeed.close());
        }
    }

    @Test
    void a_control_plane_is_found_at_an_ipv6_address() {
        var controlPlane = new TestControlPlane(vertx, clusters.controlPlane("osaka"), "::1", 0);
        controlPlanes.add(controlPlane);
        feeds.add(feed(vertx, new HostPort("::1", controlPlane.port()), routes));

        subscribed(controlPlane, 0);
    }

    @Test
    void differences_follow_each_other() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(1, osaka(imported("db", "127.66.1.5")));
        call.next();

        call.delta(1, 2, List.of(imported("cache", "127.66.1.6")), List.of());
        call.delta(2, 3, List.of(), List.of("import/shop/db"));

        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(2));
        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(3));
        assertThat(table().imports()).containsOnlyKeys(CACHE);
    }

    @Test
    void invariant_1_of_a_table_that_is_told_anew_only_what_is_kept_stays() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(1, osaka(imported("db", "127.66.1.5"), imported("cache", "127.66.1.6")));
        call.next();

        call.whole(1, 2, osaka(imported("web", "127.66.1.7")), List.of("import/shop/db"));

        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(2));
        assertThat(table().imports()).containsOnlyKeys(DB, new ServiceName("shop", "web"));
    }

    @Test
    void a_difference_to_another_table_makes_it_ask_for_the_whole() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(1, osaka(imported("db", "127.66.1.5")));
        call.next();

        call.delta(5, 6, List.of(), List.of("import/shop/db"));
        var again = subscribed(controlPlane, 1);
        again.snapshot(6, osaka(imported("cache", "127.66.1.6")));

        assertThat(again.next().getAcknowledge()).isEqualTo(acknowledged(6));
        assertThat(table().imports()).containsOnlyKeys(CACHE);
    }

    @Test
    void invariant_1_an_unreadable_update_leaves_the_table_in_force_and_is_reported() {
        var controlPlane = controlPlane(0);
        var feed = follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(1, osaka(imported("db", "127.66.1.5")));
        call.next();

        call.delta(1, 2, List.of(imported("db", "nowhere")), List.of());
        var answer = call.next().getAcknowledge();

        assertThat(answer.getVersion()).isEqualTo(2);
        assertThat(answer.getProblemsList()).singleElement().asString().contains("import/shop/db", "'nowhere'");
        assertThat(table().version()).isEqualTo(1);
        assertThat(feed.problems()).hasSize(1);

        call.snapshot(3, osaka(imported("cache", "127.66.1.6")));

        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(3));
        assertThat(table().imports()).containsOnlyKeys(CACHE);
        assertThat(feed.problems()).isEmpty();
    }

    @Test
    void a_policy_that_cannot_be_read_does_not_open_what_it_closed() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(1, osaka(denyAll("closed")));
        call.next();

        var closed = denyAll("closed");
        var garbled = closed.toBuilder()
                .setPolicy(closed.getPolicy().toBuilder().setIsolatesIngress(false))
                .build();
        call.snapshot(2, osaka(garbled));

        assertThat(call.next().getAcknowledge().getProblemsCount()).isEqualTo(1);
        assertThat(table().policies().policies()).hasSize(1);
    }

    @Test
    void the_table_of_another_cluster_is_refused() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);

        call.snapshot(1, List.of(cluster("tokyo")));

        assertThat(call.next().getAcknowledge().getProblems(0)).contains("tokyo.demo", "osaka.demo");
        assertThat(routes.current()).isEmpty();
    }

    @Test
    void listeners_that_could_not_be_opened_are_told_whenever_they_change() {
        var controlPlane = controlPlane(0);
        var feed = follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(4, osaka(imported("db", "127.66.1.5")));
        call.next();

        feed.listenerProblems(List.of(new ListenerProblem(DB, "listener 127.66.1.5:6379: address in use")));

        var told = call.next().getAcknowledge();
        assertThat(told.getProblemsList()).containsExactly("listener 127.66.1.5:6379: address in use");
        assertThat(told.getListenerProblemsList()).singleElement().satisfies(problem -> {
            assertThat(problem.getNamespace() + "/" + problem.getName()).isEqualTo("shop/db");
            assertThat(problem.getProblem()).isEqualTo("listener 127.66.1.5:6379: address in use");
        });
        assertThat(feed.problems()).containsExactly("listener 127.66.1.5:6379: address in use");

        feed.listenerProblems(List.of());

        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(4));
    }

    @Test
    void long_problems_are_cut_so_that_the_control_plane_can_read_them() {
        var controlPlane = controlPlane(0);
        var feed = follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(4, osaka(imported("db", "127.66.1.5")));
        call.next();

        feed.listenerProblems(Collections.nCopies(1_000, new ListenerProblem(DB, "x".repeat(5_000))));

        var told = call.next().getAcknowledge();
        assertThat(told.getSerializedSize()).isLessThan(256 * 1024);
        assertThat(told.getProblemsList()).hasSize(100);
        assertThat(told.getListenerProblemsList()).hasSize(100);
    }

    @Test
    void it_comes_back_to_a_control_plane_that_went_away() {
        var controlPlane = controlPlane(0);
        var port = controlPlane.port();
        var feed = follow(port);
        var call = subscribed(controlPlane, 0);
        call.snapshot(5, osaka(imported("db", "127.66.1.5")));
        call.next();

        controlPlane.close();
        controlPlanes.clear();
        Eventually.holds(() -> !feed.isConnected());

        assertThat(table().version()).isEqualTo(5);
        assertThat(feed.problems()).singleElement().asString().contains("127.0.0.1:" + port);

        var again = subscribed(controlPlane(port), 5);
        again.delta(5, 6, List.of(imported("cache", "127.66.1.6")), List.of());

        assertThat(again.next().getAcknowledge()).isEqualTo(acknowledged(6));
        assertThat(table().imports()).containsOnlyKeys(DB, CACHE);
        assertThat(feed.problems()).isEmpty();
    }

    @Test
    void a_cut_connection_and_an_ended_call_are_dialled_again() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        subscribed(controlPlane, 0).cut();
        subscribed(controlPlane, 0).end(GrpcStatus.UNAVAILABLE);
        var third = subscribed(controlPlane, 0);

        third.snapshot(1, osaka());

        assertThat(third.next().getAcknowledge()).isEqualTo(acknowledged(1));
    }

    @Test
    void a_control_plane_that_vanishes_without_a_word_is_dialled_again() {
        var controlPlane = controlPlane(0);
        try (var proxy = new StallingProxy(vertx, controlPlane.port())) {
            var feed = follow(proxy.port());
            var call = subscribed(controlPlane, 0);
            call.snapshot(1, osaka(imported("db", "127.66.1.5")));
            call.next();

            proxy.stall();

            var again = subscribed(controlPlane, 1);
            again.snapshot(2, osaka());
            assertThat(again.next().getAcknowledge()).isEqualTo(acknowledged(2));
            assertThat(feed.problems()).isEmpty();
        }
    }

    @Test
    void a_snapshot_wins_even_when_its_version_is_older() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(1000, osaka(imported("db", "127.66.1.5")));
        call.next();
        call.cut();

        var again = subscribed(controlPlane, 1000);
        again.snapshot(3, osaka(imported("cache", "127.66.1.6")));

        assertThat(again.next().getAcknowledge()).isEqualTo(acknowledged(3));
        assertThat(table().version()).isEqualTo(3);
        assertThat(table().imports()).containsOnlyKeys(CACHE);
    }

    @Test
    void the_snapshot_of_a_large_cluster_is_one_message_longer_than_grpc_allows_by_default() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        var many = IntStream.range(0, PODS)
                .mapToObj(i -> pod("pod-" + "x".repeat(150) + i, "10." + i / 256 + "." + i % 256 + ".1"))
                .toArray(Resource[]::new);

        call.snapshot(1, osaka(many));

        assertThat(call.next().getAcknowledge()).isEqualTo(acknowledged(1));
        assertThat(table().callers()).hasSize(PODS);
    }

    @Test
    void invariant_2_a_gateway_restarted_without_its_control_plane_runs_on_its_last_table() throws IOException {
        var controlPlane = controlPlane(0);
        var feed = follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);
        call.snapshot(9, osaka(imported("db", "127.66.1.5"), denyAll("closed")));
        call.next();
        Eventually.done(feed.stop());
        feeds.clear();
        controlPlane.close();
        controlPlanes.clear();

        var restarted = new LiveRoutes();
        start(unusedPort(), restarted);

        var table = restarted.current().orElseThrow();
        assertThat(table.version()).isEqualTo(9);
        assertThat(table.imports()).containsOnlyKeys(DB);
        assertThat(table.policies().policies()).hasSize(1);
    }

    @Test
    void a_table_is_on_disk_soon_without_a_stop() {
        var controlPlane = controlPlane(0);
        follow(controlPlane.port());
        var call = subscribed(controlPlane, 0);

        call.snapshot(9, osaka(imported("db", "127.66.1.5")));

        Eventually.holds(
                () -> RouteFile.read(store()).map(RouteSnapshot::getVersion).equals(Optional.of(9L)));
    }

    @Test
    void a_damaged_store_is_as_good_as_none() throws IOException {
        Files.writeString(store(), "sekisho routes 1\nnot really");

        start(unusedPort(), routes);

        assertThat(routes.current()).isEmpty();
    }

    @Test
    void a_store_of_another_cluster_is_not_used() throws IOException {
        RouteFile.write(store(), RouteFileTest.snapshot(3, List.of(cluster("tokyo"))));

        start(unusedPort(), routes);

        assertThat(routes.current()).isEmpty();
    }

    @Test
    void nobody_but_the_own_control_plane_is_asked_for_routes() {
        var impostors = List.of(
                clusters.gateway("osaka"),
                clusters.controlPlane("tokyo"),
                clusters.expired("osaka", SpiffeId.Role.CONTROL_PLANE),
                clusters.foreignAuthority("osaka", SpiffeId.Role.CONTROL_PLANE),
                clusters.speakingFor("osaka", "tokyo", SpiffeId.Role.CONTROL_PLANE));
        for (var impostor : impostors) {
            var controlPlane = new TestControlPlane(vertx, impostor, 0);
            controlPlanes.add(controlPlane);

            var feed = follow(controlPlane.port());

            Eventually.holds(() -> !feed.problems().getFirst().contains("has not been heard yet"));
            assertThat(feed.problems().getFirst()).doesNotContain("Failed to create SSL connection");
            assertThat(feed.isConnected()).as(impostor.id().toString()).isFalse();
            assertThat(controlPlane.hasNoCall()).as(impostor.id().toString()).isTrue();
        }
    }

    private TestControlPlane controlPlane(int port) {
        var controlPlane = new TestControlPlane(vertx, clusters.controlPlane("osaka"), port);
        controlPlanes.add(controlPlane);
        return controlPlane;
    }

    private RouteFeed follow(int port) {
        return start(port, routes);
    }

    private RouteFeed start(int port, LiveRoutes live) {
        var feed = feed(vertx, new HostPort("127.0.0.1", port), live);
        feeds.add(feed);
        return feed;
    }

    private RouteFeed feed(Vertx of, HostPort controlPlane, LiveRoutes live) {
        var settings = new FeedSettings(
                controlPlane,
                "gateway-1",
                store(),
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                64 << 20);
        var feed = new RouteFeed(of, settings, clusters.gateway("osaka"), live::replace, RandomGenerator.getDefault());
        Eventually.done(feed.start());
        return feed;
    }

    private Path store() {
        return directory.resolve("routes.pb");
    }

    private static TestControlPlane.Call subscribed(TestControlPlane controlPlane, long heldVersion) {
        var call = controlPlane.nextCall();
        assertThat(call.next().getSubscribe().getHeldVersion()).isEqualTo(heldVersion);
        return call;
    }

    private RouteTable table() {
        return routes.current().orElseThrow();
    }

    private static Acknowledge acknowledged(long version, String... problems) {
        return Acknowledge.newBuilder()
                .setVersion(version)
                .addAllProblems(List.of(problems))
                .build();
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
