package dev.sekisho.gateway.admin;

import dev.sekisho.gateway.admin.AdminPages.Answer;
import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.names.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.BindException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves pages over plain HTTP/1.1, read-only and without secrets. What is asked for is put together on a worker
/// thread, never on an event loop.
final class AdminServer {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int MOST_CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 30;
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Vertx vertx;
    private final String setting;
    private final HostPort address;
    private final Map<String, Supplier<Answer>> pages;
    private final Consumer<Bound> boundHit;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Optional<HttpServer> server = Optional.empty();

    /// @param setting what the settings file calls `address`, for an error
    /// @param pages by path
    /// @param boundHit notified for each connection above 64
    AdminServer(
            Vertx vertx,
            String setting,
            HostPort address,
            Map<String, Supplier<Answer>> pages,
            Consumer<Bound> boundHit) {
        this.vertx = vertx;
        this.setting = setting;
        this.address = address;
        this.pages = Map.copyOf(pages);
        this.boundHit = boundHit;
    }

    /// @return the address in use, or a failure that names the setting and the address
    Future<HostPort> start() {
        var options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        return vertx.createHttpServer(options)
                .connectionHandler(this::admit)
                .requestHandler(this::serve)
                .listen(address.port(), address.host())
                .map(listening -> {
                    server = Optional.of(listening);
                    return new HostPort(address.host(), listening.actualPort());
                })
                .recover(cause ->
                        Future.failedFuture(new IOException(setting + " " + address + ": " + reason(cause), cause)));
    }

    /// Closes the port and its connections. Nothing happens when it was never open.
    Future<Void> stop() {
        var listening = server;
        server = Optional.empty();
        return listening.map(HttpServer::close).orElseGet(Future::succeededFuture);
    }

    private static String reason(Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        return cause instanceof BindException && message.contains("in use") ? "address in use" : message;
    }

    private void admit(HttpConnection connection) {
        connection.closeHandler(_ -> connections.decrementAndGet());
        if (connections.incrementAndGet() > MOST_CONNECTIONS) {
            boundHit.accept(Bound.ADMIN_CONNECTIONS);
            connection.close();
        }
    }

    private void serve(HttpServerRequest request) {
        var page = pages.get(request.path());
        if (page == null) {
            send(
                    request,
                    Answer.text(404, "no such page; there are " + String.join(" ", new TreeSet<>(pages.keySet()))));
        } else if (!METHODS.contains(request.method())) {
            request.response().putHeader("Allow", "GET, HEAD");
            send(request, Answer.text(405, "only GET and HEAD"));
        } else {
            vertx.executeBlocking(page::get, false)
                    .onSuccess(answer -> send(request, answer))
                    .onFailure(cause -> failed(request, cause));
        }
    }

    private static void failed(HttpServerRequest request, Throwable cause) {
        LOG.atError().addKeyValue("path", request.path()).setCause(cause).log("An admin page could not be made");
        send(request, Answer.text(500, "this page could not be made; the gateway's log says why"));
    }

    private static void send(HttpServerRequest request, Answer answer) {
        if (request.response().closed()) {
            return;
        }
        var body = Buffer.buffer(answer.body());
        var response = request.response()
                .setStatusCode(answer.code())
                .putHeader("Content-Type", answer.type())
                .putHeader("Content-Length", String.valueOf(body.length()))
                .putHeader("Cache-Control", "no-store");
        (request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body))
                .onFailure(cause -> LOG.atDebug()
                        .addKeyValue("path", request.path())
                        .setCause(cause)
                        .log("An admin page was asked for by somebody who then left"));
    }
}
