package dev.sekisho.controlplane.admin;

import dev.sekisho.names.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP servers behind [AdminListen]. They only read.
public final class AdminServer {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final int IDLE_SECONDS = 60;

    private final Vertx vertx;
    private final AdminListen ports;
    private final Supplier<String> metrics;
    private final Supplier<List<String>> waitingFor;
    private final StatusPage status;
    private final ExplainPage explain;
    private final HttpServer pages;
    private final HttpServer probes;

    /// @param metrics in Prometheus' text format
    /// @param waitingFor what is still missing before it is ready; empty when it is
    public AdminServer(
            Vertx vertx,
            AdminListen ports,
            Supplier<String> metrics,
            Supplier<List<String>> waitingFor,
            StatusPage status,
            ExplainPage explain) {
        this.vertx = vertx;
        this.ports = ports;
        this.metrics = metrics;
        this.waitingFor = waitingFor;
        this.status = status;
        this.explain = explain;
        this.pages = vertx.createHttpServer(options()).requestHandler(request -> answer(request, this::page));
        this.probes = vertx.createHttpServer(options()).requestHandler(request -> answer(request, this::probe));
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions().setIdleTimeout(IDLE_SECONDS);
    }

    /// @return fails, naming the setting and the address, when one cannot be listened on
    public Future<Void> start() {
        return listen(pages, ports.setting(), ports.pages())
                .compose(_ -> ports.probes()
                        .map(address -> listen(probes, "listen.health", address))
                        .orElseGet(Future::succeededFuture));
    }

    private static Future<Void> listen(HttpServer server, String setting, HostPort address) {
        return server.listen(address.port(), address.host())
                .<Void>mapEmpty()
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        setting + ": cannot listen on " + address + ": " + cause.getMessage(), cause)));
    }

    public Future<Void> stop() {
        return pages.close().eventually(probes::close);
    }

    /// The port of the pages; after [#start].
    public int port() {
        return pages.actualPort();
    }

    /// The port of the probes, if there is one; after [#start].
    public Optional<Integer> probesPort() {
        return ports.probes().map(_ -> probes.actualPort());
    }

    private void answer(HttpServerRequest request, Consumer<HttpServerRequest> pages) {
        if (request.method().equals(HttpMethod.GET)) {
            pages.accept(request);
        } else {
            send(request, 405, TEXT, "only GET\n");
        }
    }

    private void page(HttpServerRequest request) {
        switch (path(request)) {
            case "/metrics" -> metrics(request);
            case "/healthz" -> healthy(request);
            case "/readyz" -> ready(request);
            case "/status" -> send(request, 200, JSON, status.render().encodePrettily() + "\n");
            case "/explain" -> explain(request);
            default -> send(request, 404, TEXT, "there are /metrics, /healthz, /readyz, /status and /explain\n");
        }
    }

    /// Those that name nobody.
    private void probe(HttpServerRequest request) {
        switch (path(request)) {
            case "/metrics" -> metrics(request);
            case "/healthz" -> healthy(request);
            case "/readyz" -> ready(request);
            default -> send(request, 404, TEXT, "there are /metrics, /healthz and /readyz\n");
        }
    }

    private static String path(HttpServerRequest request) {
        return Objects.requireNonNullElse(request.path(), "");
    }

    private void metrics(HttpServerRequest request) {
        // Meters may be many; rendering them is no work for an event loop.
        vertx.executeBlocking(metrics::get, false)
                .onSuccess(text -> send(request, 200, "text/plain; version=0.0.4; charset=utf-8", text))
                .onFailure(cause -> failed(request, cause));
    }

    // As long as it can answer at all: no restart helps against an API server or a peer that is away.
    private static void healthy(HttpServerRequest request) {
        send(request, 200, TEXT, "ok\n");
    }

    private void ready(HttpServerRequest request) {
        var missing = waitingFor.get();
        if (missing.isEmpty()) {
            send(request, 200, TEXT, "ready\n");
        } else {
            send(request, 503, TEXT, "waiting for:\n" + String.join("\n", missing) + "\n");
        }
    }

    private void explain(HttpServerRequest request) {
        try {
            explain.answer(request.params())
                    .onSuccess(answer -> send(request, 200, JSON, answer.encodePrettily() + "\n"))
                    .onFailure(cause -> failed(request, cause));
        } catch (IllegalArgumentException e) {
            send(
                    request,
                    400,
                    JSON,
                    JsonObject.of("problem", String.valueOf(e.getMessage())).encodePrettily() + "\n");
        }
    }

    private static void failed(HttpServerRequest request, Throwable cause) {
        log.atError().addKeyValue("path", request.path()).setCause(cause).log("An admin page could not be made");
        send(request, 500, TEXT, "see the log\n");
    }

    private static void send(HttpServerRequest request, int code, String type, String body) {
        request.response()
                .setStatusCode(code)
                .putHeader("content-type", type)
                .end(body)
                .onFailure(cause -> log.atDebug()
                        .addKeyValue("path", request.path())
                        .setCause(cause)
                        .log("An admin page was asked for by somebody who then left"));
    }
}
