package dev.sekisho.e2e;

import static dev.sekisho.e2e.ClusterPair.DB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.cli.demo.DemoCluster;
import dev.sekisho.cli.demo.DemoFiles;
import dev.sekisho.cli.demo.DemoProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that die, come back or start alone.
class BadDaysTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private ClusterPair pair;

    @SuppressWarnings("NullAway.Init")
    private LineServer db;

    @BeforeEach
    void write_both_clusters() throws IOException {
        pair = ClusterPair.in(folder);
        db = LineServer.on(pair.dbAddress());
    }

    @AfterEach
    void stop() throws IOException {
        pair.close();
        db.close();
    }

    @Test
    void a_peer_that_is_down_at_the_start_is_joined_when_it_comes_up() throws Exception {
        pair.startOsaka();
        assertThat(pair.frontend().resolve(DB)).isEmpty();

        pair.startTokyo();

        awaitCall("hello");
    }

    @Test
    void a_peer_that_restarts_whole_is_found_again() throws Exception {
        var tokyo = pair.startTokyo();
        pair.startOsaka();
        awaitCall("before");

        tokyo.gateway().kill();
        tokyo.controlPlane().kill();
        tokyo.controlPlane().restart();
        tokyo.gateway().restart();

        awaitCall("after");
    }

    @Test
    void invariant_2_streams_go_on_and_new_ones_open_while_every_control_plane_is_dead() throws Exception {
        var tokyo = pair.startTokyo();
        var osaka = pair.startOsaka();
        awaitCall("before");
        try (var live = pair.frontend().connect(DB, 6379)) {
            assertThat(live.say("one")).isEqualTo("db: one");

            tokyo.controlPlane().kill();
            osaka.controlPlane().kill();

            assertThat(live.say("two")).isEqualTo("db: two");
            assertThat(pair.frontend().call(DB, 6379, "new")).isEqualTo("db: new");
            assertThatThrownBy(() -> pair.batch().call(DB, 6379, "denied as before"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void invariant_2_gateways_that_restart_without_their_control_planes_run_on_their_last_route_table()
            throws Exception {
        var tokyo = pair.startTokyo();
        var osaka = pair.startOsaka();
        awaitCall("before");
        awaitStored(pair.tokyoFolder(), "osaka", "db-from-frontend");
        awaitStored(pair.osakaFolder(), "tokyo", "frontend-0", "import/shop/db");
        tokyo.controlPlane().kill();
        osaka.controlPlane().kill();

        restartByForce(tokyo.gateway());
        restartByForce(osaka.gateway());

        tokyo.gateway().awaitReady();
        osaka.gateway().awaitReady();
        awaitCall("after");
        assertThatThrownBy(() -> pair.batch().call(DB, 6379, "denied as before"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void invariant_1_a_control_plane_that_restarts_without_its_peer_withdraws_nothing() throws Exception {
        var tokyo = pair.startTokyo();
        var osaka = pair.startOsaka();
        awaitCall("before");
        tokyo.controlPlane().kill();

        restartByForce(osaka.controlPlane());
        osaka.controlPlane().awaitReady();
        restartByForce(osaka.gateway());
        osaka.gateway().awaitReady();

        awaitCall("after");
    }

    @Test
    void sigterm_lets_a_stream_end_by_itself_and_refuses_new_ones() throws Exception {
        pair.startTokyo();
        var osaka = pair.startOsaka();
        awaitCall("before");
        var gateway = osaka.gateway().process();
        try (var live = pair.frontend().connect(DB, 6379)) {
            assertThat(live.say("one")).isEqualTo("db: one");
            var address = pair.frontend().resolve(DB).orElseThrow();

            gateway.destroy();

            Await.until("new connections to be refused", () -> {
                try (var socket = new Socket()) {
                    socket.bind(new InetSocketAddress(pair.frontend().address(), 0));
                    socket.connect(new InetSocketAddress(address, 6379), 1000);
                    return false;
                } catch (IOException _) {
                    return true;
                }
            });
            assertThat(live.say("two")).isEqualTo("db: two");
        }
        assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void sigkill_at_any_moment_of_an_edit_leaves_nothing_on_disk_that_cannot_be_read_again() throws Exception {
        var tokyo = pair.startTokyo();
        var osaka = pair.startOsaka();
        awaitCall("before");

        for (var round = 0; round < 5; round++) {
            tokyo.save("policy.yaml", round % 2 == 0 ? DemoFiles.TOKYO_POLICY_CLOSED : DemoFiles.TOKYO_POLICY);
            killAndRestart(tokyo);
            killAndRestart(osaka);
        }
        tokyo.save("policy.yaml", DemoFiles.TOKYO_POLICY);

        tokyo.awaitReady();
        osaka.awaitReady();
        awaitCall("after");
        assertThat(pair.logs()).doesNotContain("cannot be read");
    }

    private static void killAndRestart(DemoCluster cluster) throws InterruptedException {
        restartByForce(cluster.controlPlane());
        restartByForce(cluster.gateway());
    }

    private static void restartByForce(DemoProcess program) throws InterruptedException {
        program.kill();
        program.restart();
    }

    /// Waits until the route table that a gateway keeps on disk speaks of all `words`.
    private static void awaitStored(Path folder, String... words) {
        var file = folder.resolve("state/gateway/routes.pb");
        Await.until(file + " to hold " + String.join(", ", words), () -> {
            var table = Files.readString(file, StandardCharsets.ISO_8859_1);
            return Arrays.stream(words).allMatch(table::contains);
        });
    }

    private void awaitCall(String line) {
        Await.until(
                "frontend to get an answer of db to '" + line + "'",
                () -> pair.frontend().call(DB, 6379, line).equals("db: " + line));
    }
}
