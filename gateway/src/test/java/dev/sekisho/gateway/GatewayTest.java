package dev.sekisho.gateway;

import static dev.sekisho.gateway.routes.Resources.osaka;
import static dev.sekisho.gateway.routes.Resources.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.feed.v1.Resource;
import dev.sekisho.gateway.admin.AdminPorts;
import dev.sekisho.gateway.feed.FeedSettings;
import dev.sekisho.gateway.feed.TestControlPlane;
import dev.sekisho.gateway.routes.Resources;
import dev.sekisho.gateway.streams.StreamSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo");
    private final List<TestControlPlane> controlPlanes = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void stop() {
        gateways.forEach(gateway -> Eventually.done(gateway.stop()));
        controlPlanes.forEach(TestControlPlane::close);
        Eventually.done(vertx.close());
    }

    @Test
    void it_waits_for_its_first_route_table_and_says_so() {
        var controlPlane = controlPlane();
        var gateway = started(controlPlane.port());

        assertThat(get(gateway, "/readyz").statusCode()).isEqualTo(503);
        assertThat(get(gateway, "/readyz").body())
                .contains("no route table yet\ncontrol plane at 127.0.0.1:" + controlPlane.port());
        assertThat(get(gateway, "/healthz").statusCode()).isEqualTo(200);

        var call = controlPlane.nextCall();
        call.snapshot(3, osaka());

        Eventually.holds(() -> get(gateway, "/readyz").statusCode() == 200);
        assertThat(get(gateway, "/status").body())
                .contains("\"cluster\" : \"osaka\"", "\"routesVersion\" : 3", "\"feedConnected\" : true");
        assertThat(get(gateway, "/metrics").body()).contains("sekisho_gateway_feed_connected 1.0");
    }

    @Test
    void an_import_is_listened_for_where_the_table_says() throws IOException {
        var controlPlane = controlPlane();
        started(controlPlane.port());
        var port = unusedPort();
        var call = controlPlane.nextCall();

        call.snapshot(1, osaka(listening("db", port)));

        Eventually.holds(() -> accepts(port));

        call.delta(1, 2, List.of(), List.of("import/shop/db"));

        Eventually.holds(() -> !accepts(port));
    }

    @Test
    void status_names_the_streams_that_are_open() throws IOException {
        var controlPlane = controlPlane();
        var gateway = started(controlPlane.port());
        var port = unusedPort();
        controlPlane.nextCall().snapshot(1, osaka(listening("db", port)));
        Eventually.holds(() -> accepts(port));

        // No pod is known to have this address, for which the stream waits.
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Eventually.holds(() -> get(gateway, "/status").body().contains("\"service\" : \"shop/db\""));

            assertThat(get(gateway, "/status").body()).contains("\"side\" : \"import\"", "\"caller\" : \"127.0.0.1\"");
        }
    }

    @Test
    void an_address_in_use_is_reported_to_the_control_plane_and_the_rest_goes_on() throws IOException {
        var controlPlane = controlPlane();
        var gateway = started(controlPlane.port());
        var free = unusedPort();
        var call = controlPlane.nextCall();
        call.next();
        try (var taken = new ServerSocket(0)) {
            call.snapshot(1, osaka(listening("db", taken.getLocalPort()), listening("cache", free)));

            Eventually.holds(() ->
                    call.next().getAcknowledge().getProblemsList().toString().contains(":" + taken.getLocalPort()));
            Eventually.holds(() -> accepts(free));
            assertThat(get(gateway, "/status").body()).contains(":" + taken.getLocalPort());
            Eventually.holds(() -> get(gateway, "/readyz").statusCode() == 200);
        }

        Eventually.holds(() -> call.next().getAcknowledge().getProblemsCount() == 0);
    }

    @Test
    void a_peer_is_believed_from_the_table_that_names_it_to_the_table_that_does_not() {
        var controlPlane = controlPlane();
        started(controlPlane.port());
        var bundles = clusters.cluster("osaka").bundles();
        var tokyo = TestClusters.domain("tokyo");
        var call = controlPlane.nextCall();

        call.snapshot(1, osaka());
        Eventually.holds(() -> bundles.of(tokyo).isEmpty());

        call.snapshot(
                2, osaka(peer("tokyo", "", clusters.cluster("tokyo").bundle().pem())));
        Eventually.holds(() -> bundles.of(tokyo).isPresent());

        call.snapshot(3, osaka(peer("tokyo", "", "not a certificate")));
        Eventually.holds(() -> bundles.of(tokyo).isEmpty());
    }

    @Test
    void invariant_2_restarted_without_its_control_plane_it_is_ready_and_listens() throws IOException {
        var controlPlane = controlPlane();
        var first = started(controlPlane.port());
        var port = unusedPort();
        controlPlane.nextCall().snapshot(1, osaka(listening("db", port)));
        Eventually.holds(() -> accepts(port));
        Eventually.done(first.stop());
        gateways.clear();
        controlPlane.close();
        controlPlanes.clear();
        assertThat(accepts(port)).isFalse();

        var second = started(unusedPort());

        Eventually.holds(() -> accepts(port));
        Eventually.holds(() -> get(second, "/readyz").statusCode() == 200);
        assertThat(get(second, "/status").body()).contains("\"feedConnected\" : false", "\"routesVersion\" : 1");
    }

    @Test
    void a_port_that_cannot_be_had_is_named_with_its_setting_and_leaves_nothing_open() throws IOException {
        var admin = unusedPort();
        try (var taken = new ServerSocket(0)) {
            var gateway = assemble(
                    unusedPort(),
                    TunnelSettings.defaults(new HostPort("127.0.0.1", taken.getLocalPort()), Optional.empty()),
                    new HostPort("127.0.0.1", admin));

            assertThatThrownBy(() -> Eventually.done(gateway.start()))
                    .hasStackTraceContaining("listen.public")
                    .hasStackTraceContaining("127.0.0.1:" + taken.getLocalPort());
            assertThat(accepts(admin)).isFalse();
        }
    }

    @Test
    void invariant_6_neither_status_nor_metrics_show_certificates_or_keys() {
        var controlPlane = controlPlane();
        var gateway = started(controlPlane.port());
        var pem = clusters.cluster("tokyo").bundle().pem();
        var call = controlPlane.nextCall();
        call.next();
        call.snapshot(1, osaka(peer("tokyo", "127.0.0.1:1", pem)));
        call.next();

        var shown = get(gateway, "/status").body() + get(gateway, "/metrics").body();

        assertThat(shown).contains(new ClusterName("tokyo").value());
        assertThat(shown)
                .doesNotContain(
                        "BEGIN", "PRIVATE", pem.lines().skip(1).findFirst().orElseThrow());
    }

    private TestControlPlane controlPlane() {
        var controlPlane = new TestControlPlane(vertx, clusters.controlPlane("osaka"), 0);
        controlPlanes.add(controlPlane);
        return controlPlane;
    }

    private Gateway started(int controlPlanePort) {
        var gateway = assemble(controlPlanePort, TunnelSettings.defaults(ANY, Optional.empty()), ANY);
        gateways.add(gateway);
        Eventually.done(gateway.start());
        return gateway;
    }

    private Gateway assemble(int controlPlanePort, TunnelSettings tunnel, HostPort admin) {
        var feed = FeedSettings.defaults(
                new HostPort("127.0.0.1", controlPlanePort), "gateway-1", directory.resolve("gateway/routes.pb"));
        return Gateway.assemble(
                new GatewaySettings(
                        tunnel,
                        StreamSettings.DEFAULTS.withCallerWait(Duration.ofSeconds(30)),
                        feed,
                        ANY,
                        new AdminPorts("listen.admin", admin, Optional.empty()),
                        Duration.ZERO),
                vertx,
                InstantSource.system(),
                clusters.gateway("osaka"),
                clusters.cluster("osaka").bundles(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    private static Resource listening(String service, int port) {
        var route = Resources.clusterSetIp(service, "127.0.0.1");
        route.getListenersBuilder(0).setListenPort(port);
        return Resource.newBuilder()
                .setKey("import/shop/" + service)
                .setImportRoute(route)
                .build();
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    private static HttpResponse<String> get(Gateway gateway, String path) {
        var admin = gateway.addresses().orElseThrow().admin().pages();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + admin + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
