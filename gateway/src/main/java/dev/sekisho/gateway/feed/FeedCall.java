package dev.sekisho.gateway.feed;

import com.google.common.base.Throwables;
import com.google.common.net.InetAddresses;
import dev.sekisho.feed.v1.Acknowledge;
import dev.sekisho.feed.v1.GatewayMessage;
import dev.sekisho.feed.v1.RouteFeedGrpcClient;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.feed.v1.Subscribe;
import dev.sekisho.gateway.routes.ListenerProblem;
import dev.sekisho.identity.PeerIdentity;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.lookup.Ipv6Addresses;
import dev.sekisho.names.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/// One call of the feed, from dialling until it is lost, which is told exactly once. The next update is asked for only
/// when the one before it has been acknowledged. Confined to the feed's context.
final class FeedCall {
    private static final int MAX_PROBLEMS = 100;
    /// Keeps an acknowledgement well below what the control plane takes as one message, 256 KiB.
    private static final int MAX_PROBLEM_CHARACTERS = 500;
    private static final Buffer PING = Buffer.buffer(new byte[8]);

    private final Vertx vertx;
    private final TlsIdentity identity;
    private final FeedSettings settings;
    private final Listener listener;
    private Optional<GrpcClientRequest<GatewayMessage, RouteUpdate>> request = Optional.empty();
    private Optional<GrpcClientResponse<GatewayMessage, RouteUpdate>> response = Optional.empty();
    private Optional<Long> pings = Optional.empty();
    private boolean awaitsPong;
    private boolean over;

    FeedCall(Vertx vertx, TlsIdentity identity, FeedSettings settings, Listener listener) {
        this.vertx = vertx;
        this.identity = identity;
        this.settings = settings;
        this.listener = listener;
    }

    /// Told on the feed's context.
    interface Listener {
        /// The other end is our control plane, and has been asked for routes.
        void subscribed(FeedCall call);

        /// Until [#acknowledge] there is no other update.
        void received(FeedCall call, RouteUpdate update);

        /// @param reason for an operator
        void lost(FeedCall call, String reason);
    }

    /// Dials one address of the control plane's name after the other.
    ///
    /// @param others further addresses of a name
    /// @param heldVersion of the table the gateway runs on; 0 for none
    void open(GrpcClient client, Ipv6Addresses others, long heldVersion) {
        var address = settings.controlPlane();
        client.request(server(address.host(), address.port()), RouteFeedGrpcClient.Watch)
                .recover(failure -> InetAddresses.isInetAddress(address.host())
                        ? Future.failedFuture(failure)
                        : lookUp(others, address).compose(found -> inTurn(client, found.iterator(), failure)))
                .onSuccess(opened -> subscribe(opened, heldVersion))
                .onFailure(cause -> end(reason(cause)));
    }

    private Future<List<InetSocketAddress>> lookUp(Ipv6Addresses others, HostPort address) {
        var context = (ContextInternal) vertx.getOrCreateContext();
        var found = context.<List<InetSocketAddress>>promise();
        others.lookUp(context.nettyEventLoop(), address.host(), address.port(), found::complete);
        return found.future();
    }

    private Future<GrpcClientRequest<GatewayMessage, RouteUpdate>> inTurn(
            GrpcClient client, Iterator<InetSocketAddress> addresses, Throwable failure) {
        if (!addresses.hasNext() || over) {
            return Future.failedFuture(failure);
        }
        var next = addresses.next();
        return client.request(
                        server(InetAddresses.toAddrString(next.getAddress()), next.getPort()),
                        RouteFeedGrpcClient.Watch)
                .recover(_ -> inTurn(client, addresses, failure));
    }

    /// Of an address that has a name, too, the client would look up the name again; one of IPv6 it takes in brackets
    /// only.
    private static SocketAddress server(String host, int port) {
        return SocketAddress.inetSocketAddress(
                port,
                InetAddresses.isInetAddress(host) ? InetAddresses.toUriString(InetAddresses.forString(host)) : host);
    }

    private void subscribe(GrpcClientRequest<GatewayMessage, RouteUpdate> opened, long heldVersion) {
        request = Optional.of(opened);
        if (over) {
            opened.connection().close();
            return;
        }
        try {
            requireOwnControlPlane(opened.connection());
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            end("it is not our control plane: " + e.getMessage());
            return;
        }
        opened.exceptionHandler(cause -> end(reason(cause)));
        opened.connection().closeHandler(_ -> end("it closed the connection; it may not believe our certificate"));
        opened.response().onSuccess(this::read).onFailure(cause -> end(reason(cause)));
        pings = Optional.of(vertx.setPeriodic(settings.pingEvery().toMillis(), _ -> ping(opened.connection())));
        send(GatewayMessage.newBuilder()
                .setSubscribe(
                        Subscribe.newBuilder().setGateway(settings.gateway()).setHeldVersion(heldVersion))
                .build());
        listener.subscribed(this);
    }

    /// The chain is checked once more, because a handshake that resumes an earlier session shows none.
    private void requireOwnControlPlane(HttpConnection connection)
            throws SSLPeerUnverifiedException, CertificateException {
        PeerIdentity.require(
                connection.sslSession(),
                SpiffeId.Role.CONTROL_PLANE,
                Optional.of(identity.id().cluster()));
        var chain = connection.peerCertificates().stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
        identity.trustManager()
                .checkServerTrusted(chain, chain[0].getPublicKey().getAlgorithm());
    }

    private void read(GrpcClientResponse<GatewayMessage, RouteUpdate> opened) {
        response = Optional.of(opened);
        opened.pause();
        opened.handler(update -> listener.received(this, update));
        opened.exceptionHandler(cause -> end(reason(cause)));
        opened.endHandler(_ -> end(opened.status() == GrpcStatus.OK ? "it ended the feed" : refusal(opened.status())));
        opened.fetch(1);
    }

    private static String refusal(GrpcStatus status) {
        return status == GrpcStatus.PERMISSION_DENIED
                ? "it does not take us for a gateway of its cluster"
                : "it ended the feed with status " + status.name();
    }

    /// @param problems what of this version is not in force; the first 100 are told
    /// @param ofListeners those that are about a listener, once more
    void acknowledge(long version, List<String> problems, List<ListenerProblem> ofListeners) {
        tellProblems(version, problems, ofListeners);
        response.ifPresent(open -> open.fetch(1));
    }

    /// Once more for a version that is acknowledged already: other problems than before.
    void tellProblems(long version, List<String> problems, List<ListenerProblem> ofListeners) {
        send(GatewayMessage.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder()
                        .setVersion(version)
                        .addAllProblems(problems.stream()
                                .limit(MAX_PROBLEMS)
                                .map(FeedCall::bounded)
                                .toList())
                        .addAllListenerProblems(ofListeners.stream()
                                .limit(MAX_PROBLEMS)
                                .map(FeedCall::toWire)
                                .toList()))
                .build());
    }

    private static Acknowledge.ListenerProblem toWire(ListenerProblem told) {
        return Acknowledge.ListenerProblem.newBuilder()
                .setNamespace(told.service().namespace())
                .setName(told.service().name())
                .setProblem(bounded(told.problem()))
                .build();
    }

    private static String bounded(String problem) {
        return problem.length() > MAX_PROBLEM_CHARACTERS ? problem.substring(0, MAX_PROBLEM_CHARACTERS) + "…" : problem;
    }

    /// Ends the call without telling.
    void close() {
        over = true;
        hangUp();
    }

    private void send(GatewayMessage message) {
        if (!over) {
            request.ifPresent(open -> open.write(message).onFailure(cause -> end(reason(cause))));
        }
    }

    private void ping(HttpConnection connection) {
        if (awaitsPong) {
            end("it has not answered for " + settings.pingEvery());
            return;
        }
        awaitsPong = true;
        connection.ping(PING).onSuccess(_ -> awaitsPong = false).onFailure(cause -> end(reason(cause)));
    }

    private void end(String reason) {
        if (!over) {
            over = true;
            hangUp();
            listener.lost(this, reason);
        }
    }

    private void hangUp() {
        pings.ifPresent(vertx::cancelTimer);
        request.ifPresent(open -> open.connection().close());
    }

    private static String reason(Throwable cause) {
        // What TLS disliked is told by the innermost cause.
        var root = Throwables.getRootCause(cause);
        return Optional.ofNullable(root.getMessage()).orElse(root.toString());
    }
}
