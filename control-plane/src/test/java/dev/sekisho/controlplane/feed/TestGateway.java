package dev.sekisho.controlplane.feed;

import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.feed.v1.Acknowledge;
import dev.sekisho.feed.v1.GatewayMessage;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteFeedGrpcClient;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.feed.v1.Subscribe;
import dev.sekisho.identity.TlsIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A gateway that follows the feed over a real connection and acknowledges only when the test says so.
public final class TestGateway {
    private final GrpcClient client;
    private final GrpcClientRequest<GatewayMessage, RouteUpdate> call;
    private final List<RouteUpdate> updates = new CopyOnWriteArrayList<>();
    private volatile Optional<GrpcStatus> ended = Optional.empty();

    private TestGateway(GrpcClient client, GrpcClientRequest<GatewayMessage, RouteUpdate> call) {
        this.client = client;
        this.call = call;
    }

    /// @throws AssertionError when there is no connection to be had
    public static TestGateway follow(Vertx vertx, TlsIdentity identity, int port, String name, long heldVersion) {
        var client = client(vertx, identity);
        var call = Await.result(
                client.request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), RouteFeedGrpcClient.Watch));
        var gateway = new TestGateway(client, call);
        call.response().onSuccess(response -> {
            response.handler(gateway.updates::add);
            response.endHandler(_ -> gateway.ended = Optional.ofNullable(response.status()));
            response.exceptionHandler(_ -> gateway.ended = Optional.of(GrpcStatus.UNKNOWN));
        });
        call.exceptionHandler(_ -> {});
        call.write(GatewayMessage.newBuilder()
                .setSubscribe(Subscribe.newBuilder().setGateway(name).setHeldVersion(heldVersion))
                .build());
        return gateway;
    }

    /// Whether the connection itself fails, so that not even a status is answered.
    static boolean isRefusedByTls(Vertx vertx, TlsIdentity identity, int port) {
        var client = client(vertx, identity);
        var refused = Await.result(client.request(
                        SocketAddress.inetSocketAddress(port, "127.0.0.1"), RouteFeedGrpcClient.Watch)
                .compose(call -> call.write(GatewayMessage.newBuilder()
                                .setSubscribe(Subscribe.newBuilder().setGateway("stranger"))
                                .build())
                        .compose(_ -> call.response()))
                .map(false)
                .otherwise(true));
        Await.result(client.close());
        return refused;
    }

    private static GrpcClient client(Vertx vertx, TlsIdentity identity) {
        var tls = new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("")
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(identity.trustManager()));
        var http = vertx.createHttpClient(
                new HttpClientConfig().setVersions(HttpVersion.HTTP_2).setSsl(true), tls);
        return GrpcClient.client(vertx, http);
    }

    public List<RouteUpdate> updates() {
        return List.copyOf(updates);
    }

    public Optional<GrpcStatus> ended() {
        return ended;
    }

    public void acknowledgeLast(String... problems) {
        call.write(GatewayMessage.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder()
                        .setVersion(updates.getLast().getVersion())
                        .addAllProblems(List.of(problems)))
                .build());
    }

    void failsToListen(String namespace, String name, String problem) {
        call.write(GatewayMessage.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder()
                        .setVersion(updates.getLast().getVersion())
                        .addProblems(problem)
                        .addListenerProblems(Acknowledge.ListenerProblem.newBuilder()
                                .setNamespace(namespace)
                                .setName(name)
                                .setProblem(problem)))
                .build());
    }

    /// What all updates so far come to.
    SortedMap<String, Resource> table() {
        var table = new TreeMap<String, Resource>();
        for (RouteUpdate update : updates) {
            if (update.getBaseVersion() == 0) {
                table.clear();
            }
            if (update.getWhole()) {
                table.keySet().retainAll(update.getKeptKeysList());
            }
            update.getRemovedKeysList().forEach(table::remove);
            update.getUpsertsList().forEach(resource -> table.put(resource.getKey(), resource));
        }
        return table;
    }

    /// As when its process is killed.
    void disappear() {
        Await.result(call.connection().close());
    }

    public void close() {
        Await.result(client.close());
    }
}
