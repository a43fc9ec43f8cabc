package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.peers.records.Exports;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ServiceName;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What two control planes know of each other, on good days and over restarts. Osaka, with the smaller name, dials.
class SyncTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo", "nara");

    @TempDir
    private Path state;

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private ControlPlaneOnLoopback start(String name) {
        return new ControlPlaneOnLoopback(vertx, clusters.controlPlane(name), state);
    }

    private ControlPlaneOnLoopback startOn(int port, String name) {
        return startOn(port, name, Bounds.DEFAULT);
    }

    private ControlPlaneOnLoopback startOn(int port, String name, Bounds bounds) {
        return new ControlPlaneOnLoopback(
                vertx, clusters.controlPlane(name), state, port, ControlPlaneOnLoopback.BRISK, bounds);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void both_sides_learn_what_the_other_exports() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            osaka.publish("shop/web");
            tokyo.publish("shop/db", "shop/cache");

            osaka.linkedWith("tokyo", tokyo.port());
            tokyo.linkedWith("osaka", osaka.port());

            osaka.awaitAll("tokyo", "shop/db", "shop/cache");
            tokyo.awaitAll("osaka", "shop/web");
            assertThat(osaka.exportsOf("tokyo").exports()).isEqualTo(Exports.named("tokyo", "shop/db", "shop/cache"));
            assertThat(osaka.status("tokyo").problem()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"osaka, tokyo", "tokyo, osaka"})
    void a_cluster_that_can_only_dial_is_synced_both_ways(String dialling, String dialled) {
        try (var dialler = start(dialling);
                var listener = start(dialled)) {
            dialler.publish("shop/web");
            listener.publish("shop/db");

            listener.linkedWith(dialling);
            dialler.linkedWith(dialled, listener.port());

            dialler.awaitAll(dialled, "shop/db");
            listener.awaitAll(dialling, "shop/web");
        }
    }

    @Test
    void three_clusters_know_each_other() {
        try (var nara = start("nara");
                var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            for (var cluster : new ControlPlaneOnLoopback[] {nara, osaka, tokyo}) {
                cluster.publish("shop/db");
            }

            nara.linkedWith("osaka", osaka.port()).linkedWith("tokyo", tokyo.port());
            osaka.linkedWith("nara", nara.port()).linkedWith("tokyo", tokyo.port());
            tokyo.linkedWith("nara", nara.port()).linkedWith("osaka", osaka.port());

            nara.awaitAll("osaka", "shop/db");
            nara.awaitAll("tokyo", "shop/db");
            osaka.awaitAll("nara", "shop/db");
            osaka.awaitAll("tokyo", "shop/db");
            tokyo.awaitAll("nara", "shop/db");
            tokyo.awaitAll("osaka", "shop/db");
        }
    }

    @Test
    void a_change_and_a_withdrawal_reach_the_peer() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            tokyo.publish("shop/db", "shop/cache");
            osaka.awaitAll("tokyo", "shop/db", "shop/cache");

            tokyo.publish(Map.of(ServiceName.parse("shop/db"), Exports.of("tokyo", "shop/db", 6380)));

            osaka.awaitAll("tokyo", "shop/db");
            assertThat(osaka.exportsOf("tokyo").exports().values())
                    .containsExactly(Exports.of("tokyo", "shop/db", 6380));
            assertThat(tokyo.count(SyncMeter.RECORDS, "sent")).isEqualTo(3);
            assertThat(tokyo.count(SyncMeter.WITHDRAWALS, "sent")).isEqualTo(1);
        }
    }

    @Test
    void only_differences_travel_after_a_restart() throws IOException {
        var port = freePort();
        try (var osaka = start("osaka")) {
            osaka.linkedWith("tokyo", port);
            try (var tokyo = startOn(port, "tokyo")) {
                tokyo.linkedWith("osaka");
                tokyo.publish("shop/a", "shop/b", "shop/c", "shop/d");
                osaka.awaitAll("tokyo", "shop/a", "shop/b", "shop/c", "shop/d");
            }

            try (var tokyo = startOn(port, "tokyo")) {
                tokyo.linkedWith("osaka");
                tokyo.publish(Exports.with(
                        Exports.named("tokyo", "shop/a", "shop/b", "shop/c"), Exports.of("tokyo", "shop/b", 6380)));
                osaka.awaitAll("tokyo", "shop/a", "shop/b", "shop/c");

                assertThat(osaka.exportsOf("tokyo").exports())
                        .containsValue(Exports.of("tokyo", "shop/b", 6380))
                        .hasSize(3);
                assertThat(tokyo.count(SyncMeter.RECORDS, "sent")).isEqualTo(1);
                assertThat(tokyo.count(SyncMeter.WITHDRAWALS, "sent")).isEqualTo(1);
            }
        }
    }

    @Test
    void a_peer_that_is_down_at_start_is_linked_once_it_is_up() throws IOException {
        var port = freePort();
        try (var osaka = start("osaka")) {
            osaka.publish("shop/web");
            osaka.linkedWith("tokyo", port);
            osaka.awaitProblem("tokyo", "refuses the connection");

            try (var tokyo = startOn(port, "tokyo")) {
                tokyo.publish("shop/db");
                tokyo.linkedWith("osaka");

                osaka.awaitAll("tokyo", "shop/db");
                tokyo.awaitAll("osaka", "shop/web");
                assertThat(osaka.status("tokyo").problem()).isEmpty();
            }
        }
    }

    @Test
    void invariant_1_a_restarted_peer_that_is_not_synced_yet_withdraws_nothing() throws IOException {
        var port = freePort();
        try (var osaka = start("osaka")) {
            osaka.publish("shop/web");
            osaka.linkedWith("tokyo", port);
            try (var tokyo = startOn(port, "tokyo")) {
                tokyo.linkedWith("osaka");
                tokyo.publish("shop/db", "shop/cache");
                osaka.awaitAll("tokyo", "shop/db", "shop/cache");
            }
            Await.until(() -> assertThat(osaka.status("tokyo").connected()).isFalse());

            try (var tokyo = startOn(port, "tokyo")) {
                tokyo.linkedWith("osaka");
                osaka.awaitConnected("tokyo");
                // Both have told what they hold by now, and tokyo, still without a view of its own, has heard osaka.
                tokyo.awaitAll("osaka", "shop/web");
                assertThat(osaka.knowsAll("tokyo", "shop/db", "shop/cache")).isTrue();

                tokyo.publish("shop/db");
                osaka.awaitAll("tokyo", "shop/db");
            }
        }
    }

    @Test
    void invariant_1_our_own_restart_forgets_nothing_of_a_peer_that_is_down() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            tokyo.publish("shop/db");
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitAll("tokyo", "shop/db");
        }

        try (var osaka = start("osaka")) {
            osaka.linkedWith("tokyo");

            osaka.awaitAll("tokyo", "shop/db");
            assertThat(osaka.status("tokyo").connected()).isFalse();
        }
    }

    @Test
    void invariant_1_a_damaged_store_is_unknown_until_the_peer_tells_everything_again() throws IOException {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            tokyo.publish("shop/db");
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitAll("tokyo", "shop/db");
        }
        var file = state.resolve("osaka").resolve("tokyo.pb");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        try (var log = LogLines.captured();
                var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitProblem("tokyo", "is not linked with"); // it was turned away, so it has read its store
            assertThat(osaka.exportsOf("tokyo").complete()).isFalse();
            assertThat(log.warnings("damaged")).hasSize(1);

            tokyo.publish("shop/db");
            tokyo.linkedWith("osaka");
            osaka.awaitAll("tokyo", "shop/db");
        }
    }

    @Test
    void an_expelled_peer_is_forgotten_and_turned_away() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            tokyo.publish("shop/db");
            osaka.publish("shop/web");
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitAll("tokyo", "shop/db");
            tokyo.awaitAll("osaka", "shop/web");

            tokyo.unlink("osaka");

            osaka.awaitProblem("tokyo", "is not linked with");
            Await.until(() -> assertThat(state.resolve("tokyo/osaka.pb")).doesNotExist());
            assertThat(osaka.knowsAll("tokyo", "shop/db")).isTrue();
        }
    }

    @Test
    void invariant_5_exports_of_one_peer_are_bounded_and_what_is_refused_is_counted_and_logged() {
        var most = new Bounds(3, 1 << 20, 4096, 1024);
        try (var log = LogLines.captured();
                var osaka = startOn(0, "osaka", most);
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            tokyo.publish("shop/a", "shop/b", "shop/c", "shop/d", "shop/e");
            osaka.linkedWith("tokyo", tokyo.port());

            osaka.awaitAll("tokyo", "shop/a", "shop/b", "shop/c");
            assertThat(osaka.count(SyncMeter.RECORDS, "too_many")).isEqualTo(2);
            assertThat(log.warnings("more than 3 exports")).hasSize(1);
        }
    }

    @Test
    void invariant_5_much_is_told_in_messages_of_bounded_size() {
        var small = new Bounds(10_000, 16 << 20, 8192, 1024);
        var many = new HashMap<>(Exports.named("tokyo"));
        for (var i = 0; i < 500; i++) {
            var name = "shop/db-" + i;
            many.put(ServiceName.parse(name), Exports.of("tokyo", name, 6379, Map.of("note", "x".repeat(i * 10))));
        }
        try (var osaka = startOn(0, "osaka", small);
                var tokyo = startOn(0, "tokyo", small)) {
            tokyo.linkedWith("osaka");
            tokyo.publish(many);
            osaka.linkedWith("tokyo", tokyo.port());

            Await.until(() -> assertThat(osaka.exportsOf("tokyo").complete()).isTrue());
            assertThat(osaka.exportsOf("tokyo").exports()).isEqualTo(many);
        }
        try (var osaka = startOn(0, "osaka", small);
                var tokyo = startOn(0, "tokyo", small)) {
            tokyo.linkedWith("osaka");
            tokyo.publish(Exports.with(many, Exports.of("tokyo", "shop/one-more", 1)));
            osaka.linkedWith("tokyo", tokyo.port());

            Await.until(() -> assertThat(osaka.exportsOf("tokyo").exports()).hasSize(501));
            assertThat(tokyo.count(SyncMeter.RECORDS, "sent")).isEqualTo(1);
        }
    }

    @Test
    void a_record_with_a_forged_origin_is_ignored() {
        try (var log = LogLines.captured();
                var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            tokyo.publish(Exports.with(Exports.named("tokyo", "shop/db"), Exports.of("nara", "shop/stolen", 6379)));
            osaka.linkedWith("tokyo", tokyo.port());

            osaka.awaitAll("tokyo", "shop/db");
            assertThat(osaka.count(SyncMeter.RECORDS, "foreign_origin")).isEqualTo(1);
            assertThat(log.warnings("shop/stolen")).hasSize(1);
        }
    }

    @Test
    void what_no_peer_would_take_is_told_to_none_and_says_why() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            tokyo.publish("shop/db", "shop/bad");
            osaka.awaitAll("tokyo", "shop/db", "shop/bad");

            var untold = tokyo.publish(Exports.with(
                    Exports.named("tokyo", "shop/db"), Exports.of("tokyo", "shop/bad", 1, Map.of("no key!", ""))));

            osaka.awaitAll("tokyo", "shop/db");
            assertThat(untold)
                    .hasEntrySatisfying(
                            ServiceName.parse("shop/bad"),
                            why -> assertThat(why).contains("no key!"));
            assertThat(osaka.count(SyncMeter.RECORDS, "malformed")).isZero();
        }
    }

    @Test
    void what_a_peer_refuses_is_known_where_it_is_exported_until_the_peer_takes_it() {
        try (var log = LogLines.captured();
                var osaka = startOn(0, "osaka", new Bounds(2, 1 << 20, 4096, 1024));
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            tokyo.publish("shop/a", "shop/b", "shop/c");

            Await.until(() -> assertThat(tokyo.refusedBy("osaka"))
                    .hasEntrySatisfying(
                            ServiceName.parse("shop/c"), why -> assertThat(why).contains("more than 2 exports")));
            assertThat(log.warnings("A peer does not take exports of ours")).hasSize(1);

            tokyo.publish("shop/b", "shop/c");

            osaka.awaitAll("tokyo", "shop/b", "shop/c");
            Await.until(() -> assertThat(tokyo.refusedBy("osaka")).isEmpty());
        }
    }

    @Test
    void a_record_larger_than_a_peer_takes_is_not_sent_and_that_is_known_where_it_is_exported() {
        try (var osaka = startOn(0, "osaka", new Bounds(10, 1 << 20, 4096, 1024));
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            tokyo.publish("shop/db", "shop/web");
            osaka.awaitAll("tokyo", "shop/db", "shop/web");

            tokyo.publish(Exports.with(
                    Exports.named("tokyo", "shop/web"),
                    Exports.of("tokyo", "shop/db", 1, Map.of("note", "x".repeat(5000)))));

            osaka.awaitAll("tokyo", "shop/web");
            Await.until(() -> assertThat(tokyo.refusedBy("osaka"))
                    .hasEntrySatisfying(
                            ServiceName.parse("shop/db"), why -> assertThat(why).contains("at most 4096 bytes")));

            tokyo.publish("shop/db", "shop/web");
            osaka.awaitAll("tokyo", "shop/db", "shop/web");
            Await.until(() -> assertThat(tokyo.refusedBy("osaka")).isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"osaka, tokyo", "tokyo, osaka"})
    void the_largest_exports_reach_a_peer_whoever_dials(String exporting, String importing) {
        var large = List.of(
                Exports.headless(exporting, "shop/many-hosts", 5000, 1),
                Exports.headless(exporting, "shop/one-host", 1, 1000),
                Exports.ports(exporting, "shop/many-ports", 500, 1),
                Exports.ports(exporting, "shop/many-targets", 1, 500));
        try (var from = start(exporting);
                var to = start(importing)) {
            from.linkedWith(importing, to.port());
            to.linkedWith(exporting, from.port());

            var untold = from.publish(large.stream().collect(Collectors.toMap(Export::name, export -> export)));

            assertThat(untold).isEmpty();
            to.awaitAll(exporting, "shop/many-hosts", "shop/one-host", "shop/many-ports", "shop/many-targets");
            assertThat(to.exportsOf(exporting).exports().values()).containsExactlyInAnyOrderElementsOf(large);
            assertThat(to.status(exporting).connected()).isTrue();
        }
    }

    @Test
    void an_export_made_again_after_the_clock_has_gone_back_is_imported_again() throws IOException {
        var port = freePort();
        try (var osaka = start("osaka")) {
            osaka.linkedWith("tokyo", port);
            try (var tokyo = ControlPlaneOnLoopback.ahead(
                    vertx, clusters.controlPlane("tokyo"), state, port, Duration.ofMinutes(4))) {
                tokyo.linkedWith("osaka");
                tokyo.publish("shop/db", "shop/web");
                osaka.awaitAll("tokyo", "shop/db", "shop/web");
                tokyo.publish("shop/web");
                osaka.awaitAll("tokyo", "shop/web");
            }

            try (var tokyo = startOn(port, "tokyo")) {
                tokyo.linkedWith("osaka");
                tokyo.publish("shop/db", "shop/web");

                osaka.awaitAll("tokyo", "shop/db", "shop/web");
            }
        }
    }

    @Test
    void a_copy_of_a_peer_is_noticed_and_what_the_peer_exports_is_back_when_the_copy_is_gone(@TempDir Path copied) {
        try (var log = LogLines.captured();
                var tokyo = start("tokyo");
                var osaka = start("osaka")) {
            tokyo.linkedWith("osaka");
            osaka.publish("shop/web");
            osaka.linkedWith("tokyo", tokyo.port());
            tokyo.awaitAll("osaka", "shop/web");

            try (var copy = new ControlPlaneOnLoopback(vertx, clusters.controlPlane("osaka"), copied)) {
                copy.publish();
                copy.linkedWith("tokyo", tokyo.port());

                tokyo.awaitProblem("osaka", "two control planes say they are osaka");
                assertThat(log.warnings("two control planes say they are osaka"))
                        .hasSize(1);
            }

            tokyo.awaitAll("osaka", "shop/web");
            Await.until(() -> assertThat(tokyo.status("osaka").problem()).isEmpty());
            assertThat(tokyo.knowsAll("osaka", "shop/web")).isTrue();
        }
    }
}
