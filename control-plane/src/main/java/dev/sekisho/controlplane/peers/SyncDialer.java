package dev.sekisho.controlplane.peers;

import com.google.common.net.InetAddresses;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.lookup.Ipv6Addresses;
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
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Dials peers at their public port, at one address of a name after the other: a connection of its own for each stream,
/// with the SNI that brings it through the
/// peer's gateway to its control plane. Confined to the links' event loop.
final class SyncDialer {
    private final Vertx vertx;
    private final SyncTls tls;
    private final ClusterSetName clusterSet;
    private final Duration patience;
    private final HttpClientAgent client;
    private final Ipv6Addresses others;

    SyncDialer(Vertx vertx, SyncTls tls, ClusterSetName clusterSet, Duration patience) {
        this.vertx = vertx;
        this.tls = tls;
        this.clusterSet = clusterSet;
        this.patience = patience;
        this.others = new Ipv6Addresses(vertx);
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
        var address = SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host());
        if (InetAddresses.isInetAddress(endpoint.host())) {
            return dial(peer, address, patience, accept);
        }
        var half = patience.dividedBy(2);
        return dial(peer, address, half, accept)
                .recover(failure -> failure instanceof ClosedByPeerException
                        ? Future.failedFuture(failure)
                        : lookUpOthers(endpoint)
                                .compose(addresses -> addresses.isEmpty()
                                        ? Future.failedFuture(failure)
                                        : inTurn(
                                                peer, addresses.iterator(), half.dividedBy(addresses.size()), accept)));
    }

    private Future<List<InetSocketAddress>> lookUpOthers(HostPort endpoint) {
        var context = (ContextInternal) vertx.getOrCreateContext();
        var found = context.<List<InetSocketAddress>>promise();
        others.lookUp(context.nettyEventLoop(), endpoint.host(), endpoint.port(), found::complete);
        return found.future();
    }

    private Future<SyncSession> inTurn(
            ClusterName peer,
            Iterator<InetSocketAddress> addresses,
            Duration each,
            Function<SyncWire, SyncSession> accept) {
        return dial(peer, SocketAddress.inetSocketAddress(addresses.next()), each, accept)
                .recover(failure -> addresses.hasNext() && !(failure instanceof ClosedByPeerException)
                        ? inTurn(peer, addresses, each, accept)
                        : Future.failedFuture(failure));
    }

    private Future<SyncSession> dial(
            ClusterName peer, SocketAddress address, Duration toConnect, Function<SyncWire, SyncSession> accept) {
        var wanted = new SpiffeId(peer, clusterSet, SpiffeId.Role.CONTROL_PLANE);
        var trust = tls.trustOnly(wanted);
        return client.connect(new HttpConnectOptions()
                        .setServer(address)
                        .setConnectTimeout(toConnect.toMillis())
                        .setHost(wanted.serverName())
                        .setPort(address.port())
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
