package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.routes.ListenerProblem;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.gateway.tunnel.LaneTls;
import dev.sekisho.gateway.tunnel.Lanes;
import dev.sekisho.gateway.tunnel.PublicPort;
import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A gateway's whole data path, on real sockets, with a route table by hand.
final class TestGateway implements AutoCloseable {
    static final TunnelSettings TUNNEL = TunnelSettings.defaults(new HostPort("127.0.0.1", 0), Optional.empty());

    final SeenStreams streams = new SeenStreams();
    final SeenLanes lanes = new SeenLanes();
    final List<List<String>> problems = new CopyOnWriteArrayList<>();
    final Tables tables;

    private final ClusterName cluster;
    private final Vertx vertx;
    private final LiveRoutes routes = new LiveRoutes();
    private final Lanes dialled;
    private final ExportConnectors exports;
    private final PublicPort port;
    private final ImportListeners imports;
    private final InetSocketAddress address;

    TestGateway(
            TestClusters clusters, String name, TlsIdentity identity, TunnelSettings tunnel, StreamSettings settings) {
        this(clusters, name, identity, tunnel, settings, new AddressResolverOptions());
    }

    TestGateway(
            TestClusters clusters,
            String name,
            TlsIdentity identity,
            TunnelSettings tunnel,
            StreamSettings settings,
            AddressResolverOptions names) {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setAddressResolverOptions(names));
        cluster = new ClusterName(name);
        tables = new Tables(name);
        var bundles = clusters.cluster(name).bundles();
        routes.onReplace(table -> {
            var trusted = new HashMap<ClusterName, CaBundle>();
            table.peers()
                    .forEach((peer, route) -> trusted.put(
                            peer, CaBundle.parse(new TrustDomain(peer, table.clusterSet()), route.caBundle())));
            bundles.replacePeers(trusted);
        });
        var tls = new LaneTls(identity, tunnel.engine(), tunnel.handshakeTimeout());
        var sockets = new Sockets(vertx);
        var backends = new BackendConnector(sockets, settings.connectTimeout());
        dialled = new Lanes(vertx, sockets, routes, tls, tunnel.pool(), lanes);
        exports = new ExportConnectors(vertx, routes, backends, settings, streams);
        port = new PublicPort(vertx, sockets, routes, tls, tunnel, exports, InstantSource.system(), lanes);
        imports = new ImportListeners(
                vertx,
                sockets,
                routes,
                dialled,
                backends,
                settings,
                streams,
                now -> problems.add(now.stream().map(ListenerProblem::problem).toList()));
        get(dialled.start());
        get(exports.start());
        address = get(port.start());
        get(imports.start());
    }

    InetSocketAddress address() {
        return address;
    }

    ClusterName cluster() {
        return cluster;
    }

    Vertx vertx() {
        return vertx;
    }

    /// Puts what `tables` describes in force.
    RouteTable replaceRoutes() {
        var table = tables.next();
        routes.replace(table);
        return table;
    }

    /// Waits for the import's listener.
    InetSocketAddress importAddress() {
        Until.holds("a listener for the import", () -> !imports.listening().isEmpty());
        return imports.listening().getFirst().address();
    }

    ImportListeners imports() {
        return imports;
    }

    ExportConnectors exports() {
        return exports;
    }

    PublicPort port() {
        return port;
    }

    LaneCount dialled(TestGateway peer) {
        return dialled.counts().getOrDefault(peer.cluster, LaneCount.NONE);
    }

    LaneCount accepted(TestGateway peer) {
        return port.counts().getOrDefault(peer.cluster, LaneCount.NONE);
    }

    Future<?> drain(Duration atMost) {
        return Future.all(imports.drain(atMost), exports.drain(atMost), port.drain(), dialled.drain());
    }

    @Override
    public void close() {
        get(imports.stop());
        get(exports.stop());
        get(port.stop());
        get(dialled.stop());
        get(vertx.close());
    }

    static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new AssertionError("a future failed", e);
        }
    }
}
