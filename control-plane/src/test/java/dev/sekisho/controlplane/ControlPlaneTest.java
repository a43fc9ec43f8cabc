package dev.sekisho.controlplane;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.containerPort;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.plan.TestPlan;
import dev.sekisho.controlplane.feed.TestGateway;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.reconcile.FakeCluster;
import dev.sekisho.controlplane.reconcile.FakeLinks;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.identity.TestClock;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.Transport;
import dev.sekisho.sync.v1.ExplainReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole control plane with real sockets; only the cluster and the peers are in memory.
class ControlPlaneTest {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final TestClusters clusters = TestClusters.linked("tokyo", "osaka");
    private final TrustBundles bundles = clusters.cluster("tokyo").bundles();
    private final FakeCluster cluster = new FakeCluster();
    private final FakeLinks links = new FakeLinks();
    private final ControlPlane controlPlane = controlPlane(ANY_PORT, ANY_PORT);

    private record Answer(int code, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    private ControlPlane controlPlane(HostPort feed, HostPort admin) {
        return ControlPlane.assemble(
                new ControlPlaneSettings(
                        TestPlan.rules("tokyo"),
                        feed,
                        new AdminListen("listen.controlPlaneAdmin", admin, Optional.of(ANY_PORT))),
                vertx,
                clock,
                cluster,
                links,
                clusters.controlPlane("tokyo"),
                bundles,
                () -> Optional.of("control-plane-0"),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @BeforeEach
    void start() {
        Await.result(controlPlane.start());
        Await.result(controlPlane.lead());
    }

    @AfterEach
    void stop() {
        Await.result(controlPlane.stop());
        Await.result(vertx.close());
    }

    private Answer get(String path) {
        return get(controlPlane.adminPort(), path);
    }

    private Answer get(int port, String path) {
        return Await.result(vertx.createHttpClient()
                .request(HttpMethod.GET, port, "127.0.0.1", path)
                // On the event loop, before any of the body comes: it is not kept for whoever asks later.
                .compose(request -> request.send()
                        .compose(response ->
                                response.body().map(body -> new Answer(response.statusCode(), body.toString())))));
    }

    private static TestView tokyo() {
        return view().peer("osaka")
                .pod("shop/frontend", Map.of("role", "frontend"), "10.0.0.9")
                .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1", containerPort("redis", 16379))
                .service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .export("shop/none")
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 16379)),
                        ready("10.0.0.1", "shop/db-0"));
    }

    private void showTokyo() {
        cluster.show(tokyo().build());
        Await.until(() -> {
            links.nothingRemembered("osaka");
            assertThat(controlPlane.waitingFor()).isEmpty();
        });
    }

    @Test
    void it_is_alive_at_once_and_ready_when_its_cluster_was_read() {
        assertThat(get("/healthz").code()).isEqualTo(200);
        var waiting = get("/readyz");
        assertThat(waiting.code()).isEqualTo(503);
        assertThat(waiting.body()).contains("the folder to be read");

        showTokyo();

        assertThat(get("/readyz")).isEqualTo(new Answer(200, "ready\n"));
    }

    @Test
    void what_the_cluster_shows_reaches_its_gateways() {
        var gateway = TestGateway.follow(vertx, clusters.gateway("tokyo"), controlPlane.feedPort(), "g1", 0);
        showTokyo();

        Await.until(() -> assertThat(gateway.updates()).isNotEmpty());
        assertThat(gateway.updates().getFirst().getUpsertsList())
                .extracting(Resource::getKey)
                .contains("cluster", "import/shop/db", "export/shop/db", "peer/osaka", "pod/shop/frontend");
        gateway.close();
    }

    @Test
    void the_status_shows_peers_imports_exports_and_gateways() {
        showTokyo();
        links.tell(TestExport.all("osaka", exportOf("osaka").younger(1).build()));
        links.status("osaka", new PeerStatus(false, Optional.of(clock.instant()), "connection refused", 1));
        clock.advance(Duration.ofSeconds(3));
        var gateway = TestGateway.follow(vertx, clusters.gateway("tokyo"), controlPlane.feedPort(), "g1", 0);
        Await.until(() -> assertThat(gateway.updates()).isNotEmpty());
        gateway.acknowledgeLast("127.66.1.9:6379: address in use");

        Await.until(() -> {
            var status = get("/status").json();
            var peer = status.getJsonArray("peers").getJsonObject(0);
            assertThat(peer.getString("cluster")).isEqualTo("osaka");
            assertThat(peer.getString("problem")).isEqualTo("connection refused");
            assertThat(peer.getDouble("ageSeconds")).isEqualTo(3);
            var imported = status.getJsonArray("imports").getJsonObject(0);
            assertThat(imported.getString("service")).isEqualTo("shop/db");
            assertThat(imported.getJsonArray("sources")).hasSize(2);
            assertThat(status.getJsonArray("exports")).hasSize(2);
            assertThat(status.getJsonArray("exports")
                            .getJsonObject(1)
                            .getJsonArray("conditions")
                            .getJsonObject(0)
                            .getString("reason"))
                    .isEqualTo("NoService");
            assertThat(status.getJsonArray("gateways")
                            .getJsonObject(0)
                            .getJsonArray("problems")
                            .getString(0))
                    .contains("address in use");
        });
        gateway.close();
    }

    @Test
    void a_follower_is_ready_and_feeds_and_says_who_leads() {
        var follower = controlPlane(ANY_PORT, ANY_PORT);
        Await.result(follower.start());
        try {
            cluster.show(tokyo().build());
            Await.until(() -> {
                links.nothingRemembered("osaka");
                assertThat(follower.waitingFor()).isEmpty();
            });

            var status = get(follower.adminPort(), "/status").json();
            assertThat(status.getString("role")).isEqualTo("follower");
            assertThat(status.getString("leader")).isEqualTo("control-plane-0");
            assertThat(get(follower.adminPort(), "/readyz").code()).isEqualTo(200);
            assertThat(get("/status").json().getString("role")).isEqualTo("leader");
        } finally {
            Await.result(follower.stop());
        }
    }

    @Test
    void the_port_for_probes_names_nobody() {
        var port = controlPlane.probesPort().orElseThrow();

        assertThat(get(port, "/healthz").code()).isEqualTo(200);
        assertThat(get(port, "/readyz").code()).isEqualTo(503);
        assertThat(get(port, "/metrics").code()).isEqualTo(200);
        assertThat(get(port, "/status").code()).isEqualTo(404);
        assertThat(get(port, "/explain?from=a/b&to=c/d&port=1").code()).isEqualTo(404);
    }

    @Test
    void metrics_are_served_for_prometheus() {
        showTokyo();

        assertThat(get("/metrics").body())
                .contains("sekisho_exports{valid=\"true\"} 1.0")
                .contains("sekisho_exports{valid=\"false\"} 1.0")
                .contains("sekisho_imports 1.0")
                .contains("sekisho_feed_gateways 0.0")
                .contains("sekisho_certificate_expiry_seconds")
                .doesNotContain("_total_total");
    }

    @Test
    void explain_says_who_decides_a_call() {
        showTokyo();

        var answer = get("/explain?from=shop/frontend&to=shop/db&port=6379").json();

        assertThat(answer.getBoolean("allowed")).isTrue();
        assertThat(answer.getJsonArray("clusters").getJsonObject(0).getString("cluster"))
                .isEqualTo("tokyo");
    }

    @Test
    void explain_can_be_asked_about_udp() {
        showTokyo();

        var answer = get("/explain?from=shop/frontend&to=shop/db&port=6379&protocol=UDP")
                .json();

        assertThat(answer.getString("protocol")).isEqualTo("UDP");
        assertThat(answer.getString("problem")).contains("exposes 6379/UDP");
        assertThat(get("/explain?from=shop/frontend&to=shop/db&port=6379&protocol=SCTP")
                        .body())
                .contains("protocol must be TCP or UDP, got 'SCTP'");
    }

    @Test
    void explain_asks_the_peer_and_says_when_it_could_not() {
        showTokyo();
        links.tell(TestExport.all(
                "osaka", exportOf("osaka").of("shop/web").ports(tcp("", 80)).build()));
        Await.until(
                () -> assertThat(get("/status").json().getJsonArray("imports")).hasSize(2));

        var unasked = get("/explain?from=shop/frontend&to=shop/web&port=80").json();
        links.answer(Future.succeededFuture(
                ExplainReply.newBuilder().setAllowed(true).build()));
        var asked = get("/explain?from=shop/frontend&to=shop/web&port=80").json();

        assertThat(unasked.getValue("allowed")).isNull();
        assertThat(unasked.getJsonArray("clusters")
                        .getJsonObject(0)
                        .getJsonObject("ingress")
                        .getString("couldNotBeAsked"))
                .isEqualTo("peer is not connected");
        assertThat(asked.getBoolean("allowed")).isTrue();
        assertThat(unasked.getJsonArray("clusters").getJsonObject(0).getJsonArray("unknown"))
                .hasSize(2);
        assertThat(asked.getJsonArray("clusters").getJsonObject(0).getJsonArray("unknown"))
                .hasSize(1);
    }

    @Test
    void explain_says_which_address_it_does_not_know() {
        showTokyo();

        assertThat(get("/explain?from=192.0.2.1&to=shop/db&port=6379").json().getString("problem"))
                .isEqualTo("no pod of this cluster has the address 192.0.2.1");
    }

    @Test
    void a_wrong_question_is_told_what_is_wrong() {
        assertThat(get("/explain?to=shop/db&port=6379").code()).isEqualTo(400);
        assertThat(get("/explain?to=shop/db&port=6379").body()).contains("from");
        assertThat(get("/explain?from=shop/a&to=shop/db&port=99999").body()).contains("port must be 1 to 65535");
        assertThat(get("/nothing").code()).isEqualTo(404);
    }

    @Test
    void only_linked_peers_with_a_readable_bundle_are_believed() {
        var osaka = TestClusters.domain("osaka");
        cluster.show(tokyo().build()); // its bundle is no PEM
        Await.until(() -> assertThat(bundles.of(osaka)).isEmpty());

        var name = new ClusterName("osaka");
        cluster.show(tokyo().peer(new Peer(
                        name,
                        Optional.empty(),
                        clusters.cluster("osaka").bundle().pem(),
                        Map.of()))
                .build());

        Await.until(() -> assertThat(bundles.of(osaka)).isPresent());
    }

    @Test
    void an_admin_address_in_use_names_the_setting_and_stops_what_had_started() {
        var second = controlPlane(ANY_PORT, new HostPort("127.0.0.1", controlPlane.adminPort()));

        var failure = Await.failure(second.start());

        assertThat(failure)
                .hasMessageContaining("listen.controlPlaneAdmin")
                .hasMessageContaining("127.0.0.1:" + controlPlane.adminPort());
    }

    @Test
    void a_feed_address_in_use_names_the_setting() {
        var second = controlPlane(new HostPort("127.0.0.1", controlPlane.feedPort()), ANY_PORT);

        assertThat(Await.failure(second.start())).hasMessageContaining("listen.feed");
    }
}
