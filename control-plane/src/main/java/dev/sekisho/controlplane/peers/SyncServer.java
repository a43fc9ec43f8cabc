package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.tls.MutualTls;
import dev.sekisho.controlplane.tls.PeerText;
import dev.sekisho.controlplane.tls.RefusedHandshakes;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.sync.v1.Goodbye;
import dev.sekisho.sync.v1.PeerSyncGrpcService;
import dev.sekisho.sync.v1.SyncMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens for the control planes of peers, behind the cluster's public port. Confined to the links' event loop.
final class SyncServer {
    private static final Logger log = LoggerFactory.getLogger(SyncServer.class);
    /// A connection on which nothing is said for so long has no stream.
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final MutualTls tls;
    private final SpiffeId self;
    private final Function<ClusterName, Optional<PeerLink>> links;
    private final HttpServer server;

    /// @param links the link with a peer; empty when there is none with that name
    SyncServer(
            Vertx vertx,
            HostPort listen,
            MutualTls tls,
            SpiffeId self,
            Function<ClusterName, Optional<PeerLink>> links,
            InstantSource clock,
            MeterRegistry registry) {
        this.tls = tls;
        this.self = self;
        this.links = links;
        var handshakesRefused = Counter.builder(SyncMeter.HANDSHAKES_REFUSED.key())
                .description(SyncMeter.HANDSHAKES_REFUSED.help())
                .register(registry);
        var calls = GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(Bounds.MESSAGE_BYTES));
        calls.callHandler(PeerSyncGrpcService.Sync, this::called);
        this.server = vertx.createHttpServer(
                        new HttpServerConfig()
                                .setVersions(HttpVersion.HTTP_2)
                                .setTcpHost(listen.host())
                                .setTcpPort(listen.port())
                                .setIdleTimeout(IDLE),
                        tls.server())
                .requestHandler(calls)
                .exceptionHandler(new RefusedHandshakes("peer sync", handshakesRefused, clock)::add);
    }

    Future<Void> listen() {
        return server.listen().mapEmpty();
    }

    /// The port we listen on, which the settings may leave open.
    int port() {
        return server.actualPort();
    }

    private void called(GrpcServerRequest<SyncMessage, SyncMessage> call) {
        var wire = new GrpcWire(call.connection(), call.response());
        SpiffeId caller;
        try {
            caller = tls.caller(call.connection(), SpiffeId.Role.CONTROL_PLANE, Optional.empty());
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            refuse(wire, PeerText.printable(String.valueOf(e.getMessage())));
            return;
        }
        var link = caller.clusterSet().equals(self.clusterSet())
                ? links.apply(caller.cluster())
                : Optional.<PeerLink>empty();
        if (link.isEmpty()) {
            refuse(
                    wire,
                    caller.trustDomain() + " is not linked with " + self.trustDomain()
                            + " (any more, or not yet); it needs a Peer object there");
            return;
        }
        var session = link.get().accept(wire, SyncSession.Dialled.BY_PEER);
        wire.deliverTo(session);
        wire.readFrom(call);
        link.get().opened(session);
    }

    private static void refuse(SyncWire wire, String reason) {
        log.atWarn().addKeyValue("reason", reason).log("A control plane that dialled us was turned away");
        wire.send(SyncMessage.newBuilder()
                .setGoodbye(Goodbye.newBuilder().setReason(reason))
                .build());
        wire.close();
    }

    Future<Void> close() {
        return server.close();
    }
}
