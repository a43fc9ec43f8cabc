package dev.sekisho.controlplane.peers;

import dev.sekisho.identity.SpiffeId;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.sync.v1.PeerSyncGrpcClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Dials peers at their public port: a connection of its own for each stream, with the SNI that brings it through the
/// peer's gateway to its control plane. Confined to the links' event loop.
final class SyncDialer {
    private final Vertx vertx;
    private final SyncTls tls;
    private final ClusterSetName clusterSet;
    private final Duration patience;
    private final HttpClientAgent client;

    SyncDialer(Vertx vertx, SyncTls tls, ClusterSetName clusterSet, Duration patience) {
        this.vertx = vertx;
        this.tls = tls;
        this.clusterSet = clusterSet;
        this.patience = patience;
        this.client = vertx.createHttpClient(new HttpClientConfig()
                .setSsl(true)
                .setVersions(HttpVersion.HTTP_2)
                .setConnectTimeout(patience));
    }

    /// The peer has shown its certificate, and then the connection did not come about.
    static final class ClosedByPeerException extends Exception {
        ClosedByPeerException(Throwable cause) {
            super(cause);
        }
    }

    /// @param accept is given the wire when the peer's certificate has been checked
    /// @return the session over that wire; fails with what [LinkProblem#ofDial] can explain
    Future<SyncSession> dial(ClusterName peer, HostPort endpoint, Function<SyncWire, SyncSession> accept) {
        var wanted = new SpiffeId(peer, clusterSet, SpiffeId.Role.CONTROL_PLANE);
        var trust = tls.trustOnly(wanted);
        return client.connect(new HttpConnectOptions()
                        .setServer(SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host()))
                        .setHost(wanted.serverName())
                        .setPort(endpoint.port())
                        .setSsl(true)
                        .setSslOptions(tls.client(trust)
                                .setSslHandshakeTimeout(patience.toMillis())
                                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)))
                .compose(connection -> openStream(connection, accept))
                .transform(dialled -> dialled.failed() && trust.hasReachedPeer()
                        ? Future.failedFuture(new ClosedByPeerException(dialled.cause()))
                        : (Future<SyncSession>) dialled);
    }

    private Future<SyncSession> openStream(HttpClientConnection connection, Function<SyncWire, SyncSession> accept) {
        return GrpcClient.client(vertx, connection)
                .request(PeerSyncGrpcClient.Sync)
                .map(call -> {
                    var wire = new GrpcWire(connection, call);
                    var session = accept.apply(wire);
                    wire.deliverTo(session);
                    call.response().onSuccess(wire::readFrom).onFailure(failure -> wire.end(failure.getMessage()));
                    return session;
                })
                .onFailure(_ -> connection.close());
    }

    Future<Void> close() {
        return client.close();
    }
}
