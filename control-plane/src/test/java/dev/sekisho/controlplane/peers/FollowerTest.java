package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two replicas of tokyo's control plane, of which one leads, and the control plane of osaka.
class FollowerTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("tokyo", "osaka");
    private final SharedStore store = new SharedStore();
    private final ControlPlaneOnLoopback leader = replica();
    private final ControlPlaneOnLoopback follower = replica();

    @TempDir
    private Path state;

    private ControlPlaneOnLoopback replica() {
        return ControlPlaneOnLoopback.replica(vertx, clusters.controlPlane("tokyo"), store);
    }

    private ControlPlaneOnLoopback osaka(ControlPlaneOnLoopback tokyo) {
        return new ControlPlaneOnLoopback(vertx, clusters.controlPlane("osaka"), state)
                .linkedWith("tokyo", tokyo.port());
    }

    @AfterEach
    void close() {
        follower.close();
        leader.close();
        Await.result(vertx.close());
    }

    @Test
    void a_follower_knows_what_the_leader_hears() {
        leader.linkedWith("osaka").lead();
        follower.linkedWith("osaka");
        try (var osaka = osaka(leader)) {
            osaka.publish("shop/db", "shop/web");
            leader.awaitAll("osaka", "shop/db", "shop/web");
            follower.awaitAll("osaka", "shop/db", "shop/web");

            osaka.publish("shop/db");
            follower.awaitAll("osaka", "shop/db");

            assertThat(follower.status("osaka").connected()).isFalse();
            follower.awaitProblem("osaka", "the leading replica talks to peers");
            Await.until(() -> assertThat(follower.status("osaka").exports()).isEqualTo(1));
        }
    }

    @Test
    void invariant_1_a_replica_that_takes_over_withdraws_nothing() {
        leader.linkedWith("osaka").lead();
        follower.linkedWith("osaka");
        var osaka = osaka(leader);
        osaka.publish("shop/db", "shop/web");
        follower.awaitAll("osaka", "shop/db", "shop/web");
        osaka.close();
        leader.close();

        follower.lead();

        follower.awaitProblem("osaka", "no spec.endpoint");
        assertThat(follower.knowsAll("osaka", "shop/db", "shop/web")).isTrue();
        try (var again = osaka(follower)) {
            again.publish("shop/db", "shop/web", "shop/new");
            follower.awaitConnected("osaka");
            follower.awaitAll("osaka", "shop/db", "shop/web", "shop/new");
        }
        assertThat(follower.toldOf("osaka")).allSatisfy(told -> assertThat(told).contains("shop/db", "shop/web"));
    }

    @Test
    void invariant_1_a_replica_that_takes_over_while_the_store_is_away_withdraws_nothing() {
        leader.linkedWith("osaka").lead();
        follower.linkedWith("osaka");
        try (var osaka = osaka(leader)) {
            osaka.publish("shop/db");
            follower.awaitAll("osaka", "shop/db");
        }
        leader.close();
        store.unreachable(true);

        follower.lead();

        follower.awaitProblem("osaka", "no spec.endpoint");
        assertThat(follower.knowsAll("osaka", "shop/db")).isTrue();
    }

    @Test
    void invariant_1_while_the_store_is_away_a_follower_tells_nothing_of_peers() {
        leader.linkedWith("osaka").lead();
        try (var osaka = osaka(leader)) {
            osaka.publish("shop/db");
            leader.awaitAll("osaka", "shop/db");
            Await.until(() -> assertThat(store.peers()).isNotEmpty());
        }
        store.unreachable(true);
        follower.linkedWith("osaka");
        assertThat(follower.status("osaka").problem()).isEqualTo("untold");

        store.unreachable(false);

        follower.awaitAll("osaka", "shop/db");
        follower.awaitProblem("osaka", "the leading replica talks to peers");
    }

    @Test
    void only_the_leader_forgets_a_peer_that_was_expelled() {
        leader.linkedWith("osaka").lead();
        try (var osaka = osaka(leader)) {
            osaka.publish("shop/db");
            leader.awaitAll("osaka", "shop/db");
            Await.until(() -> assertThat(store.peers()).isNotEmpty());
        }

        follower.linkedWith("osaka");
        follower.awaitAll("osaka", "shop/db");
        follower.unlink("osaka");
        follower.linkedWith("nara");
        Await.until(() -> assertThat(follower.status("nara").problem()).contains("leading replica"));
        assertThat(store.peers()).isEqualTo(Set.of(new ClusterName("osaka")));

        leader.unlink("osaka");
        Await.until(() -> assertThat(store.peers()).isEmpty());
    }

    @Test
    void a_follower_cannot_ask_peers_and_says_who_can() {
        follower.linkedWith("osaka");
        follower.awaitProblem("osaka", "the leading replica");

        var failure =
                Await.failure(follower.peers().explain(new ClusterName("osaka"), ExplainRequest.getDefaultInstance()));

        assertThat(failure).hasMessageContaining("ask that one");
    }
}
