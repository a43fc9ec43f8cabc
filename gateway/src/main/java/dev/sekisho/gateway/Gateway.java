package dev.sekisho.gateway;

import dev.sekisho.gateway.admin.Admin;
import dev.sekisho.gateway.admin.AdminPages;
import dev.sekisho.gateway.admin.GatewayStatus;
import dev.sekisho.gateway.dns.DnsServer;
import dev.sekisho.gateway.feed.RouteFeed;
import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.streams.BackendConnector;
import dev.sekisho.gateway.streams.ExportConnectors;
import dev.sekisho.gateway.streams.ImportListeners;
import dev.sekisho.gateway.telemetry.GatewayMeters;
import dev.sekisho.gateway.telemetry.LaneLog;
import dev.sekisho.gateway.telemetry.LaneWatchers;
import dev.sekisho.gateway.telemetry.StreamLog;
import dev.sekisho.gateway.telemetry.StreamWatchers;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.LaneTls;
import dev.sekisho.gateway.tunnel.Lanes;
import dev.sekisho.gateway.tunnel.PublicPort;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustBundles;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// One gateway. Any thread.
public final class Gateway {
    private final Duration drain;
    private final AtomicBoolean draining;
    private final Housekeeping housekeeping;
    private final RouteFeed feed;
    private final Lanes lanes;
    private final ExportConnectors exports;
    private final PublicPort publicPort;
    private final ImportListeners imports;
    private final DnsServer dns;
    private final Admin admin;

    private volatile Optional<Addresses> addresses = Optional.empty();

    /// Where a started gateway listens, as bound.
    public record Addresses(InetSocketAddress publicPort, InetSocketAddress dns, Admin.Addresses admin) {}

    private Gateway(
            Duration drain,
            AtomicBoolean draining,
            Housekeeping housekeeping,
            RouteFeed feed,
            Lanes lanes,
            ExportConnectors exports,
            PublicPort publicPort,
            ImportListeners imports,
            DnsServer dns,
            Admin admin) {
        this.drain = drain;
        this.draining = draining;
        this.housekeeping = housekeeping;
        this.feed = feed;
        this.lanes = lanes;
        this.exports = exports;
        this.publicPort = publicPort;
        this.imports = imports;
        this.dns = dns;
        this.admin = admin;
    }

    /// The whole gateway, wired by hand. Each line needs only the lines above it.
    ///
    /// @param bundles those that `identity` believes by; the route table's peers are kept up to date in them
    public static Gateway assemble(
            GatewaySettings settings,
            Vertx vertx,
            InstantSource clock,
            TlsIdentity identity,
            TrustBundles bundles,
            PrometheusMeterRegistry registry) {
        var routes = new LiveRoutes();
        var draining = new AtomicBoolean();
        routes.onReplace(new PeerBundles(bundles)::replace); // first: lanes ask whom to believe
        var meters = new GatewayMeters(registry, clock, routes);
        var streamLog = new StreamLog(clock, meters::boundHit);
        var streams = new StreamWatchers(List.of(meters.streams(), streamLog));
        var laneWatchers = new LaneWatchers(List.of(meters.lanes(), new LaneLog(clock)));
        var housekeeping = new Housekeeping(vertx, identity, streamLog);
        var feed = new RouteFeed(vertx, settings.feed(), identity, routes::replace, new SecureRandom());
        var tunnel = settings.tunnel();
        var tls = new LaneTls(identity, tunnel.engine(), tunnel.handshakeTimeout());
        var sockets = new Sockets(vertx);
        var lanes = new Lanes(vertx, sockets, routes, tls, tunnel.pool(), laneWatchers);
        var backends = new BackendConnector(sockets, settings.streams().connectTimeout());
        var exports = new ExportConnectors(vertx, routes, backends, settings.streams(), streams);
        var publicPort = new PublicPort(vertx, sockets, routes, tls, tunnel, exports, clock, laneWatchers);
        var imports = new ImportListeners(
                vertx, sockets, routes, lanes, backends, settings.streams(), streams, feed::listenerProblems);
        var dns = new DnsServer(vertx, settings.dns(), routes::current, meters::dnsAnswered);
        meters.countLanes(LaneRole.DIALLED, lanes::counts);
        meters.countLanes(LaneRole.ACCEPTED, publicPort::counts);
        meters.watchFeed(feed::isConnected);
        meters.watchCertificate(() -> identity.leaf().notAfter());
        var pages = new AdminPages(
                registry::scrape,
                () -> waitsFor(draining, routes, feed, imports),
                () -> new GatewayStatus(
                        routes.current().map(RouteTable::cluster),
                        routes.current().map(RouteTable::version).orElse(0L),
                        meters.routesInForceFor(),
                        feed.isConnected(),
                        lanes.counts(),
                        publicPort.counts(),
                        imports.openStreams() + exports.openStreams(),
                        openStreams(imports, exports),
                        feed.problems()));
        var admin = new Admin(vertx, settings.admin(), pages, meters::boundHit);
        return new Gateway(
                settings.drain(), draining, housekeeping, feed, lanes, exports, publicPort, imports, dns, admin);
    }

    private static List<GatewayStatus.OpenStream> openStreams(ImportListeners imports, ExportConnectors exports) {
        return Stream.of(imports.openStreams(GatewayStatus.MOST_LISTED), exports.openStreams(GatewayStatus.MOST_LISTED))
                .flatMap(List::stream)
                .map(GatewayStatus.OpenStream::of)
                .toList();
    }

    /// A gateway with an old table is ready, a gateway without any is not; a listener that cannot be opened is a
    /// problem of one service, not of the others.
    private static List<String> waitsFor(
            AtomicBoolean draining, LiveRoutes routes, RouteFeed feed, ImportListeners imports) {
        if (draining.get()) {
            return List.of("shutting down; open streams may end");
        }
        if (routes.current().isPresent()) {
            return imports.areOpen() ? List.of() : List.of("the listeners of the route table are being opened");
        }
        return Stream.concat(Stream.of("no route table yet"), feed.problems().stream())
                .toList();
    }

    /// The admin page comes first, so that it can say what the rest waits for; the listeners for pods come last.
    ///
    /// @return fails with what is wrong and which setting it is; what had started by then is stopped again
    public Future<Void> start() {
        return admin.start()
                .compose(adminAddress -> publicPort
                        .start()
                        .recover(Gateway::ofPublicPort)
                        .compose(publicAddress ->
                                dns.start().map(dnsAddress -> new Addresses(publicAddress, dnsAddress, adminAddress))))
                .onSuccess(bound -> addresses = Optional.of(bound))
                .compose(_ -> lanes.start())
                .compose(_ -> exports.start())
                .compose(_ -> imports.start())
                .compose(_ -> {
                    housekeeping.start();
                    return feed.start();
                })
                .recover(cause -> stopNow().transform(_ -> Future.failedFuture(cause)));
    }

    private static Future<InetSocketAddress> ofPublicPort(Throwable cause) {
        return Future.failedFuture(new IllegalStateException("listen.public: " + cause.getMessage(), cause));
    }

    /// Empty before [#start].
    public Optional<Addresses> addresses() {
        return addresses;
    }

    /// Takes no new streams, waits for open ones as long as the settings say, then breaks them off and stops.
    public Future<Void> stop() {
        draining.set(true);
        return Future.join(imports.drain(drain), exports.drain(drain), publicPort.drain(), lanes.drain())
                .transform(_ -> stopNow());
    }

    private Future<Void> stopNow() {
        return dns.stop()
                .eventually(imports::stop)
                .eventually(exports::stop)
                .eventually(publicPort::stop)
                .eventually(lanes::stop)
                .eventually(feed::stop)
                .eventually(housekeeping::stop)
                .eventually(admin::stop);
    }
}
