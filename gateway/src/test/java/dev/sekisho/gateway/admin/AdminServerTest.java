package dev.sekisho.gateway.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.gateway.admin.GatewayStatus.OpenStream;
import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.telemetry.GatewayMeter;
import dev.sekisho.gateway.telemetry.GatewayMeters;
import dev.sekisho.gateway.telemetry.PrometheusText;
import dev.sekisho.gateway.telemetry.TestRoutes;
import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
    private static final ClusterName TOKYO = new ClusterName("tokyo");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final LiveRoutes routes = new LiveRoutes();
    private final GatewayMeters meters = new GatewayMeters(registry, InstantSource.system(), routes);
    private final List<Bound> bounds = new CopyOnWriteArrayList<>();
    private volatile List<String> waitsFor = List.of();
    private volatile Supplier<GatewayStatus> status = () -> statusWith(List.of(), List.of());
    private final AdminServer server = on(ANY_PORT);
    private HostPort address = ANY_PORT;

    @BeforeEach
    void start() {
        address = await(server.start());
    }

    @AfterEach
    void stop() {
        client.close();
        await(server.stop());
        await(vertx.close());
    }

    @Test
    void metrics_are_a_scrape_of_the_registry() throws Exception {
        meters.dnsAnswered("A", "NOERROR");

        var answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(PrometheusText.parse(answer.body()).value(GatewayMeter.DNS_QUERIES, "type", "A", "rcode", "noerror"))
                .isEqualTo(1);
    }

    @Test
    void it_is_healthy_once_it_answers_and_ready_once_nothing_is_missing() throws Exception {
        waitsFor = List.of("a first route table", "listen.public 127.0.0.1:7443");

        var healthy = get("/healthz");
        var waiting = get("/readyz");
        waitsFor = List.of();
        var ready = get("/readyz");

        assertThat(healthy.statusCode()).isEqualTo(200);
        assertThat(waiting.statusCode()).isEqualTo(503);
        assertThat(waiting.body()).isEqualTo("waiting for:\na first route table\nlisten.public 127.0.0.1:7443\n");
        assertThat(ready.statusCode()).isEqualTo(200);
    }

    @Test
    void status_says_what_the_gateway_runs_on() throws Exception {
        var stream = new OpenStream(
                "s1",
                "import",
                "osaka/shop/frontend-0",
                "shop/db",
                "6379/TCP",
                "tokyo",
                5,
                4_000_000_000L,
                Duration.ofMillis(2500));
        status = () -> statusWith(List.of(stream), List.of("127.66.1.1:6379: address in use"));

        var answer = get("/status");

        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject("""
            {
              "cluster": "osaka",
              "routesVersion": 7,
              "routesAgeSeconds": 60.0,
              "feedConnected": true,
              "lanes": {"tokyo": {"dialled": {"idle": 2, "busy": 1}, "accepted": {"idle": 0, "busy": 0}}},
              "openStreams": 1,
              "streams": [{
                "id": "s1", "side": "import", "caller": "osaka/shop/frontend-0", "service": "shop/db",
                "port": "6379/TCP", "destination": "tokyo", "sentBytes": 5, "receivedBytes": 4000000000,
                "openForSeconds": 2.5
              }],
              "problems": ["127.66.1.1:6379: address in use"]
            }
            """));
    }

    @Test
    void status_before_the_first_route_table_knows_no_cluster() throws Exception {
        status = () -> new GatewayStatus(
                Optional.empty(), 0, Optional.empty(), false, Map.of(), Map.of(), 0, List.of(), List.of());

        var answer = new JsonObject(get("/status").body());

        assertThat(answer.getMap()).containsEntry("cluster", null).containsEntry("routesAgeSeconds", null);
    }

    @Test
    void invariant_5_status_lists_a_hundred_streams_and_problems_and_counts_the_streams() throws Exception {
        var stream = new OpenStream("s", "import", "a/b/c", "shop/db", "1/TCP", "tokyo", 0, 0, Duration.ZERO);
        status = () -> statusWith(Collections.nCopies(5_000, stream), Collections.nCopies(5_000, "trouble"));

        var answer = new JsonObject(get("/status").body());

        assertThat(answer.getJsonArray("streams")).hasSize(100);
        assertThat(answer.getJsonArray("problems")).hasSize(100);
        assertThat(answer.getLong("openStreams")).isEqualTo(5_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/status/secrets", "/%2e%2e/etc/passwd", "/METRICS"})
    void an_unknown_path_is_not_found(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"POST,/metrics", "PUT,/status", "DELETE,/healthz", "OPTIONS,/readyz", "BREW,/status"})
    void it_only_reads(String method, String path) throws Exception {
        var answer = send(request(path).method(method, BodyPublishers.ofString("x=1")));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/healthz", "/readyz", "/status"})
    void head_is_the_same_without_the_page(String path) throws Exception {
        var whole = get(path);

        var head = send(request(path).HEAD());

        assertThat(head.statusCode()).isEqualTo(whole.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-type"))
                .isEqualTo(whole.headers().firstValue("content-type"))
                .isPresent();
        assertThat(head.headers().firstValueAsLong("content-length").orElseThrow())
                .isPositive();
    }

    @Test
    void invariant_6_no_page_shows_a_key_or_a_certificate() throws Exception {
        var authority = ClusterAuthority.create(TrustDomain.parse("osaka.demo"), InstantSource.system());
        var leaf = authority.issue(SpiffeId.Role.GATEWAY);
        var key = Base64.getEncoder().encodeToString(leaf.key().getEncoded());
        meters.watchCertificate(() -> leaf.chain().getFirst().getNotAfter().toInstant());
        routes.replace(TestRoutes.linkedWith(1, Map.of(TOKYO, authority.bundle().toString())));
        waitsFor = List.of("a first route table");

        for (var path : List.of("/metrics", "/status", "/readyz", "/healthz", "/")) {
            assertThat(get(path).body())
                    .isNotEmpty()
                    .doesNotContain("-----BEGIN")
                    .doesNotContain(key.substring(48, 72));
        }
    }

    @Test
    void invariant_6_what_went_wrong_inside_is_not_told_outside() throws Exception {
        status = () -> {
            throw new IllegalStateException("the token is hunter2");
        };

        var answer = get("/status");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
                .doesNotContain("hunter2")
                .doesNotContain("Exception")
                .contains("log");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void a_port_that_is_taken_is_told_with_the_setting_and_the_address() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var wanted = new HostPort("127.0.0.1", taken.getLocalPort());
            var second = on(wanted);

            assertThat(failureOf(second.start()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("listen.gatewayAdmin " + wanted + ": address in use");
            await(second.stop());
        }
    }

    @Test
    void an_address_of_somebody_else_is_told_likewise() {
        assertThat(failureOf(on(new HostPort("192.0.2.1", 0)).start()))
                .hasMessageStartingWith("listen.gatewayAdmin 192.0.2.1:0: ");
    }

    @Test
    void the_port_for_probes_names_nobody() throws Exception {
        waitsFor = List.of("a first route table");
        var admin =
                new Admin(vertx, new AdminPorts("listen.admin", ANY_PORT, Optional.of(ANY_PORT)), pages(), bounds::add);
        var bound = await(admin.start());
        try {
            address = bound.probes().orElseThrow();

            assertThat(get("/healthz").statusCode()).isEqualTo(200);
            assertThat(get("/readyz").body()).isEqualTo("waiting for:\na first route table\n");
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
            assertThat(get("/status").statusCode()).isEqualTo(404);
            assertThat(get("/status").body())
                    .contains("/healthz /metrics /readyz")
                    .doesNotContain("/status");

            address = bound.pages();
            assertThat(get("/status").statusCode()).isEqualTo(200);
        } finally {
            await(admin.stop());
        }
    }

    @Test
    void a_port_for_probes_that_is_taken_is_told_with_its_own_setting() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var wanted = new HostPort("127.0.0.1", taken.getLocalPort());
            var admin = new Admin(
                    vertx, new AdminPorts("listen.admin", ANY_PORT, Optional.of(wanted)), pages(), bounds::add);

            assertThat(failureOf(admin.start())).hasMessage("listen.health " + wanted + ": address in use");
            await(admin.stop());
        }
    }

    @Test
    void after_stop_nobody_answers() {
        await(server.stop());

        assertThatThrownBy(() -> get("/healthz")).isInstanceOf(ConnectException.class);
    }

    @Test
    void invariant_5_connections_are_bounded_and_what_is_too_much_is_counted() throws Exception {
        var open = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 64; i++) {
                open.add(new Socket(address.host(), address.port()));
                assertThat(asked(open.getLast())).isEqualTo("HTTP/1.1 200 OK");
            }

            try (var tooMuch = new Socket(address.host(), address.port())) {
                assertThat(tooMuch.getInputStream().read()).isEqualTo(-1);
            }

            assertThat(bounds).containsExactly(Bound.ADMIN_CONNECTIONS);
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void connections_that_were_closed_make_room_for_others() throws Exception {
        for (var i = 0; i < 200; i++) {
            try (var socket = new Socket(address.host(), address.port())) {
                assertThat(asked(socket)).isEqualTo("HTTP/1.1 200 OK");
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).isNotNull();
            }
        }

        assertThat(bounds).isEmpty();
    }

    /// The status line.
    private static String asked(Socket socket) throws IOException {
        socket.getOutputStream().write("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
    }

    private AdminServer on(HostPort where) {
        return new AdminServer(vertx, "listen.gatewayAdmin", where, pages().all(), bounds::add);
    }

    private AdminPages pages() {
        return new AdminPages(registry::scrape, () -> waitsFor, () -> status.get());
    }

    private static GatewayStatus statusWith(List<OpenStream> streams, List<String> problems) {
        return new GatewayStatus(
                Optional.of(new ClusterName("osaka")),
                7,
                Optional.of(Duration.ofMinutes(1)),
                true,
                Map.of(TOKYO, new LaneCount(2, 1)),
                Map.of(),
                streams.size(),
                streams,
                problems);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static Throwable failureOf(Future<?> future) {
        return future.map(_ -> (Throwable) new AssertionError("did not fail"))
                .otherwise(cause -> cause)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
