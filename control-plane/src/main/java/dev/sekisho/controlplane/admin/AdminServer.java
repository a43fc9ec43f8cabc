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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server behind `controlPlaneAdmin`. It only reads.
public final class AdminServer {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final int IDLE_SECONDS = 60;

    private final Vertx vertx;
    private final HostPort listen;
    private final Supplier<String> metrics;
    private final Supplier<List<String>> waitingFor;
    private final StatusPage status;
    private final ExplainPage explain;
    private final HttpServer server;

    /// @param metrics in Prometheus' text format
    /// @param waitingFor what is still missing before it is ready; empty when it is
    public AdminServer(
            Vertx vertx,
            HostPort listen,
            Supplier<String> metrics,
            Supplier<List<String>> waitingFor,
            StatusPage status,
            ExplainPage explain) {
        this.vertx = vertx;
        this.listen = listen;
        this.metrics = metrics;
        this.waitingFor = waitingFor;
        this.status = status;
        this.explain = explain;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(listen.host())
                        .setPort(listen.port())
                        .setIdleTimeout(IDLE_SECONDS))
                .requestHandler(this::answer);
    }

    /// @return fails, naming the setting and the address, when it cannot be listened on
    public Future<Void> start() {
        return server.listen()
                .<Void>mapEmpty()
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "listen.controlPlaneAdmin: cannot listen on " + listen + ": " + cause.getMessage(), cause)));
    }

    public Future<Void> stop() {
        return server.close();
    }

    /// The port it listens on; after [#start].
    public int port() {
        return server.actualPort();
    }

    private void answer(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            send(request, 405, TEXT, "only GET\n");
            return;
        }
        switch (Objects.requireNonNullElse(request.path(), "")) {
            // Meters may be many; rendering them is no work for an event loop.
            case "/metrics" ->
                vertx.executeBlocking(metrics::get, false)
                        .onSuccess(text -> send(request, 200, "text/plain; version=0.0.4; charset=utf-8", text))
                        .onFailure(cause -> failed(request, cause));
            case "/healthz" -> send(request, 200, TEXT, "ok\n");
            case "/readyz" -> ready(request);
            case "/status" -> send(request, 200, JSON, status.render().encodePrettily() + "\n");
            case "/explain" -> explain(request);
            default -> send(request, 404, TEXT, "there are /metrics, /healthz, /readyz, /status and /explain\n");
        }
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
