package dev.sekisho.gateway.feed;

import dev.sekisho.feed.v1.GatewayMessage;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteFeedGrpcService;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.gateway.Eventually;
import dev.sekisho.identity.TlsIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A control plane's feed that says what the test wants, over real mTLS and gRPC.
public final class TestControlPlane implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final HttpServer server;
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    /// @param port 0 for any
    public TestControlPlane(Vertx vertx, TlsIdentity identity, int port) {
        this(vertx, identity, "127.0.0.1", port);
    }

    TestControlPlane(Vertx vertx, TlsIdentity identity, String host, int port) {
        var grpc = GrpcServer.server(vertx);
        grpc.callHandler(RouteFeedGrpcService.Watch, request -> calls.add(new Call(request)));
        server = Eventually.done(vertx.createHttpServer(
                        new HttpServerConfig()
                                .setVersions(HttpVersion.HTTP_2)
                                .setTcpHost(host)
                                .setTcpPort(port),
                        new ServerSSLOptions()
                                .setClientAuth(ClientAuth.REQUIRED)
                                .setUseAlpn(true)
                                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                                .setTrustOptions(TrustOptions.wrap(identity.trustManager())))
                .requestHandler(grpc)
                .listen());
    }

    public int port() {
        return server.actualPort();
    }

    /// The next gateway's call, once it comes.
    public Call nextCall() {
        return next(calls);
    }

    public boolean hasNoCall() {
        return calls.isEmpty();
    }

    @Override
    public void close() {
        Eventually.done(server.close());
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            var head = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (head == null) {
                throw new AssertionError("nothing came within " + PATIENCE_SECONDS + " s");
            }
            return head;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// One gateway's call.
    public static final class Call {
        private final GrpcServerRequest<GatewayMessage, RouteUpdate> request;
        private final BlockingQueue<GatewayMessage> said = new LinkedBlockingQueue<>();

        private Call(GrpcServerRequest<GatewayMessage, RouteUpdate> request) {
            this.request = request;
            request.handler(said::add);
        }

        /// What the gateway says next.
        public GatewayMessage next() {
            return TestControlPlane.next(said);
        }

        public void snapshot(long version, List<Resource> resources) {
            send(RouteUpdate.newBuilder()
                    .setVersion(version)
                    .addAllUpserts(resources)
                    .build());
        }

        public void whole(long base, long version, List<Resource> upserts, List<String> keptKeys) {
            send(RouteUpdate.newBuilder()
                    .setVersion(version)
                    .setBaseVersion(base)
                    .setWhole(true)
                    .addAllUpserts(upserts)
                    .addAllKeptKeys(keptKeys)
                    .build());
        }

        public void delta(long base, long version, List<Resource> upserts, List<String> removedKeys) {
            send(RouteUpdate.newBuilder()
                    .setVersion(version)
                    .setBaseVersion(base)
                    .addAllUpserts(upserts)
                    .addAllRemovedKeys(removedKeys)
                    .build());
        }

        private void send(RouteUpdate update) {
            Eventually.done(request.response().write(update));
        }

        public void end(GrpcStatus status) {
            Eventually.done(request.response().status(status).end());
        }

        public void cut() {
            Eventually.done(request.connection().close());
        }
    }
}
