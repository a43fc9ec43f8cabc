package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.identity.TestClusters;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo");

    @TempDir
    private Path state;

    @AfterEach
    void close() {
        ControlPlaneOnLoopback.await(vertx.close());
    }

    private ControlPlaneOnLoopback start(String name) {
        return new ControlPlaneOnLoopback(vertx, clusters.controlPlane(name), state);
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
}
