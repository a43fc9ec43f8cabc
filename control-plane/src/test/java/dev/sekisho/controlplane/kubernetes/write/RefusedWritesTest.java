package dev.sekisho.controlplane.kubernetes.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.ApiServerClient;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.PassedOver;
import dev.sekisho.controlplane.kubernetes.WatchedCluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An API server that answers server-side apply with 500, as a real one does when it does not know a field.
class RefusedWritesTest {
    private static final ObjectKey DB = ObjectKey.of(ServiceExport.class, "shop", "db");
    private static final String REASON =
            "failed to create typed patch object: .spec.newer: field not declared in schema";

    private final Vertx vertx = Vertx.vertx();
    private final List<String> patches = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private HttpServer server = vertx.createHttpServer();
    private Optional<KubernetesClient> client = Optional.empty();

    @BeforeEach
    void listen() {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    var answer = request.response().putHeader("Content-Type", "application/json");
                    if (request.method().equals(HttpMethod.PATCH)) {
                        patches.add(request.path());
                        answer.setStatusCode(500).end(status(500, REASON));
                    } else if (request.method().equals(HttpMethod.POST)) {
                        events.add(body.toJsonObject().getString("note"));
                        answer.setStatusCode(201).end(body);
                    } else {
                        answer.setStatusCode(404).end(status(404, "not found"));
                    }
                }))
                .listen(0, "127.0.0.1")
                .await();
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.actualPort())
                .build();
        client = Optional.of(ApiServerClient.of(config, vertx));
    }

    @AfterEach
    void close() {
        client.ifPresent(KubernetesClient::close);
        vertx.close().await();
    }

    private static String status(int code, String message) {
        return "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"code\": %d, \"message\": \"%s\"}"
                .formatted(code, message);
    }

    @Test
    void what_the_server_does_not_take_is_not_sent_ten_times() {
        var applied = new AppliedObjects(client.orElseThrow(), new WatchedCluster(() -> {}));
        var object = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("db")
                .endMetadata()
                .build();
        var began = System.nanoTime();

        var failure = catchThrowableOfType(IOException.class, () -> applied.apply(object, Optional.empty()));

        assertThat(failure).hasMessageContaining(REASON);
        assertThat(ApiErrors.isRefusal(failure)).isTrue();
        assertThat(patches).hasSizeLessThanOrEqualTo(2);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void what_is_refused_is_reported_once_until_the_reason_changes() throws IOException {
        var told = new ClusterEvents(client.orElseThrow(), "pod", InstantSource.fixed(Instant.EPOCH));
        var refused = new RefusedWrites(told);
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName("db").build());

        for (var reason : List.of("first", "first", "second")) {
            refused.observe(Map.of(DB, reason), _ -> Optional.of(export));
            told.write();
        }

        assertThat(events).containsExactly("first", "second");
    }

    @Test
    void a_slice_that_is_passed_over_is_reported_once_and_on_its_export_too() throws IOException {
        var told = new ClusterEvents(client.orElseThrow(), "pod", InstantSource.fixed(Instant.EPOCH));
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName("db").build());
        var passedOver = new PassedOverEvents(told, _ -> Optional.of(export));
        var slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("db-x")
                .addToLabels("kubernetes.io/service-name", "db")
                .endMetadata()
                .build();

        for (var round = 0; round < 2; round++) {
            passedOver.observe(Stream.of(new PassedOver(slice, "port 0")));
            told.write();
        }

        assertThat(events).containsExactly("port 0", "EndpointSlice shop/db-x: port 0");
    }
}
