package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.tunnel.v1.Caller;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo");

    @TempDir
    private Path state;

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private ControlPlaneOnLoopback start(String name) {
        return new ControlPlaneOnLoopback(vertx, clusters.controlPlane(name), state);
    }

    private static ExplainRequest callOf(String cluster) {
        return ExplainRequest.newBuilder()
                .setCaller(Caller.newBuilder().setCluster(cluster).setNamespace("shop"))
                .setNamespace("shop")
                .setName("db")
                .setPort(6379)
                .build();
    }

    private static String failureOf(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("it was answered");
    }

    @Test
    void either_side_asks_the_other_over_the_one_stream() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka"); // and so cannot dial
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitConnected("tokyo");
            tokyo.awaitConnected("osaka");

            var ofTokyo = Await.result(osaka.peers().explain(new ClusterName("tokyo"), callOf("osaka")));
            var ofOsaka = Await.result(tokyo.peers().explain(new ClusterName("osaka"), callOf("tokyo")));

            assertThat(ofTokyo.getReasonsList()).containsExactly("tokyo allows osaka");
            assertThat(ofOsaka.getReasonsList()).containsExactly("osaka allows tokyo");
            assertThat(tokyo.asked()).containsExactly(callOf("osaka"));
        }
    }

    @Test
    void a_peer_may_not_ask_about_callers_of_others() {
        try (var osaka = start("osaka");
                var tokyo = start("tokyo")) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitConnected("tokyo");

            var failure = failureOf(osaka.peers().explain(new ClusterName("tokyo"), callOf("nara")));

            assertThat(failure).contains("osaka may ask about callers of osaka only");
            assertThat(tokyo.asked()).isEmpty();
        }
    }

    @Test
    void a_peer_that_is_not_linked_cannot_be_asked_and_the_asker_is_told_why() {
        try (var osaka = start("osaka")) {
            osaka.linkedWith("tokyo", 1);
            osaka.awaitProblem("tokyo", "refuses the connection");

            assertThat(failureOf(osaka.peers().explain(new ClusterName("tokyo"), callOf("osaka"))))
                    .contains("tokyo is not linked", "refuses the connection");
            assertThat(failureOf(osaka.peers().explain(new ClusterName("nara"), callOf("osaka"))))
                    .contains("no Peer is named nara");
        }
    }
}
