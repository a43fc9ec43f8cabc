package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.peers.SyncSettings.Timing;
import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.OneName;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The stream between two clusters, with the network in the test's hands.
class LinkLossTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo");

    @TempDir
    private Path state;

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private ControlPlaneOnLoopback start(String name) {
        return start(name, ControlPlaneOnLoopback.BRISK);
    }

    private ControlPlaneOnLoopback start(String name, Timing timing) {
        return new ControlPlaneOnLoopback(vertx, clusters.controlPlane(name), state, 0, timing, Bounds.DEFAULT);
    }

    @Test
    void every_address_of_a_peers_name_is_dialled() {
        try (var names = OneName.at("127.66.66.66", "::1")) {
            var resolving = Vertx.vertx(new VertxOptions()
                    .setAddressResolverOptions(new AddressResolverOptions().addServer(names.server())));
            try (var tokyo = start("tokyo");
                    var osaka = new ControlPlaneOnLoopback(resolving, clusters.controlPlane("osaka"), state)) {
                tokyo.linkedWith("osaka");
                tokyo.publish("shop/db");

                osaka.linkedWith("tokyo", new HostPort("tokyo.test", new Relay(vertx, tokyo.port(), "::1").port()));

                osaka.awaitAll("tokyo", "shop/db");
            }
            Await.result(resolving.close());
        }
    }

    @Test
    void a_stream_without_a_sign_of_life_is_given_up_and_dialled_again() {
        try (var log = LogLines.captured();
                var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            var relay = new Relay(vertx, tokyo.port());
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", relay.port());
            osaka.awaitConnected("tokyo");
            tokyo.awaitConnected("osaka");

            relay.swallowEverythingOpen();
            osaka.awaitProblem("tokyo", "tokyo");
            tokyo.awaitProblem("osaka", "osaka");
            relay.forwardNewConnections();

            osaka.awaitConnected("tokyo");
            tokyo.publish("shop/db");
            osaka.awaitAll("tokyo", "shop/db");
            assertThat(log.warnings("has not been heard for 3 heartbeats")).isNotEmpty();
            assertThat(relay.connections()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void a_dial_names_the_peers_control_plane_in_sni_whatever_host_it_dials() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            var relay = new Relay(vertx, tokyo.port());
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", relay.port());
            osaka.awaitConnected("tokyo");

            assertThat(relay.firstBytes().toString(StandardCharsets.ISO_8859_1))
                    .contains("control-plane.tokyo.demo")
                    .doesNotContain("gateway.tokyo.demo");
        }
    }

    @Test
    void of_two_streams_one_stays() {
        var eager = new Timing(
                Duration.ofMillis(250),
                Duration.ofMillis(1),
                Duration.ofMillis(20),
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10));
        try (var osaka = start("osaka", eager);
                var tokyo = start("tokyo", eager)) {
            var toTokyo = new Relay(vertx, tokyo.port());
            var toOsaka = new Relay(vertx, osaka.port());
            osaka.publish("shop/web");
            tokyo.publish("shop/db");
            osaka.linkedWith("tokyo", toTokyo.port());
            tokyo.linkedWith("osaka", toOsaka.port());

            osaka.awaitAll("tokyo", "shop/db");
            tokyo.awaitAll("osaka", "shop/web");
            Await.until(() -> assertThat(toTokyo.openConnections() + toOsaka.openConnections())
                    .isEqualTo(1));
            assertThat(osaka.status("tokyo").connected()).isTrue();
            assertThat(tokyo.status("osaka").connected()).isTrue();
        }
    }

    @Test
    void the_greater_name_dials_when_the_smaller_one_cannot() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            osaka.publish("shop/web");
            tokyo.publish("shop/db");
            osaka.linkedWith("tokyo", 1);
            tokyo.linkedWith("osaka", osaka.port());

            osaka.awaitAll("tokyo", "shop/db");
            tokyo.awaitAll("osaka", "shop/web");
        }
    }

    @Test
    void age_and_round_trip_of_a_peer_are_measured() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitConnected("tokyo");

            Await.until(() -> assertThat(osaka.gauge(SyncMeter.ROUND_TRIP)).isPositive());
            assertThat(osaka.gauge(SyncMeter.AGE)).isBetween(0.0, 60.0);
            assertThat(osaka.gauge(SyncMeter.CONNECTED)).isEqualTo(1);
            assertThat(osaka.status("tokyo").lastHeardAt()).isPresent();
        }
    }
}
