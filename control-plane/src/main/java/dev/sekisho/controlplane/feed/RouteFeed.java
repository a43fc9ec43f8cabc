package dev.sekisho.controlplane.feed;

import static java.util.stream.Collectors.toMap;

import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.controlplane.tls.MutualTls;
import dev.sekisho.controlplane.tls.RefusedHandshakes;
import dev.sekisho.feed.v1.GatewayMessage;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteFeedGrpcService;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.feed.v1.Subscribe;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.HostPort;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.InvalidMessageException;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server that gateways of this cluster get their route tables from. Before the first [#publish] it lets them wait:
/// they keep what they have (invariant 1). Confined to one event loop; [#publish], [#gateways] and [#version] may be
/// called from any thread.
public final class RouteFeed {
    private static final Logger log = LoggerFactory.getLogger(RouteFeed.class);
    private static final int MAX_GATEWAYS = 256;
    /// A gateway pings every few seconds; one of which nothing has come for so long is gone without a word.
    private static final Duration IDLE = Duration.ofMinutes(1);

    /// A gateway that comes from another replica may hold what we are only about to see. So long it keeps that, rather
    /// than go back to what was and then forth again.
    private static final Duration NEWS_WITHIN = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Context context;
    private final HostPort listen;
    private final SpiffeId self;
    private final MutualTls tls;
    private final InstantSource clock;
    private final HttpServer server;
    private final Counter snapshots;
    private final Counter differences;
    private final Counter strangers;
    private final Counter surplus;
    // Few, and read by scrapes and status pages.
    private final List<FollowingGateway> following = new CopyOnWriteArrayList<>();
    private final List<Consumer<Listening>> watchers = new ArrayList<>();
    private Listening listening = Listening.NOBODY;
    /// The highest version that a gateway has come with.
    private long highestHeld;

    private volatile Optional<RouteVersion> current = Optional.empty();

    public RouteFeed(
            Vertx vertx,
            Context context,
            HostPort listen,
            TlsIdentity identity,
            InstantSource clock,
            ControlPlaneMeters meters) {
        this.vertx = vertx;
        this.context = context;
        this.listen = listen;
        this.self = identity.id();
        this.tls = new MutualTls(identity);
        this.clock = clock;
        this.snapshots = meters.counter(ControlPlaneMeter.FEED_UPDATES, "snapshot");
        this.differences = meters.counter(ControlPlaneMeter.FEED_UPDATES, "difference");
        this.strangers = meters.counter(ControlPlaneMeter.FEED_REFUSED, "identity");
        var handshakes = meters.counter(ControlPlaneMeter.FEED_REFUSED, "handshake");
        this.surplus = meters.counter(ControlPlaneMeter.FEED_REFUSED, "too_many");
        meters.gauge(ControlPlaneMeter.GATEWAYS, following::size);
        meters.gauge(ControlPlaneMeter.FEED_LAG, () -> lag().toMillis() / 1000.0);
        meters.gauge(ControlPlaneMeter.ROUTE_VERSION, this::version);
        meters.gauge(
                ControlPlaneMeter.GATEWAY_PROBLEMS,
                () -> gateways().stream()
                        .mapToInt(gateway -> gateway.problems().size())
                        .sum());
        var calls = GrpcServer.server(vertx);
        calls.callHandler(RouteFeedGrpcService.Watch, this::watch);
        this.server = vertx.createHttpServer(
                        new HttpServerConfig()
                                .setVersions(HttpVersion.HTTP_2)
                                .setTcpHost(listen.host())
                                .setTcpPort(listen.port())
                                .setIdleTimeout(IDLE),
                        tls.server())
                .requestHandler(calls)
                .exceptionHandler(new RefusedHandshakes("route feed", handshakes, clock)::add);
    }

    /// @return fails, naming the setting and the address, when it cannot be listened on
    public Future<Void> start() {
        var done = Promise.<Void>promise();
        context.runOnContext(_ -> server.listen()
                .<Void>mapEmpty()
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "listen.feed: cannot listen on " + listen + ": " + cause.getMessage(), cause)))
                .onComplete(done));
        return done.future();
    }

    public Future<Void> stop() {
        var done = Promise.<Void>promise();
        context.runOnContext(_ -> {
            following.forEach(gateway -> gateway.end(GrpcStatus.UNAVAILABLE));
            following.clear();
            server.close().onComplete(done);
        });
        return done.future();
    }

    /// The port it listens on; after [#start].
    public int port() {
        return server.actualPort();
    }

    /// @param kept keys of resources that gateways may have from an earlier run and keep for now, although they are not
    ///     in `resources`: a peer that may have caused them has not been heard yet
    public void publish(SortedMap<String, Resource> resources, Set<String> kept) {
        context.runOnContext(_ -> {
            if (current.filter(routes -> routes.says(resources, kept)).isPresent()) {
                return;
            }
            var version = Math.max(clock.millis(), Math.max(version(), highestHeld) + 1);
            replace(new RouteVersion(version, resources, kept));
        });
    }

    private void replace(RouteVersion routes) {
        current = Optional.of(routes);
        following.forEach(gateway -> gateway.replace(routes));
    }

    /// @param watcher given what gateways say of their listeners, now and whenever it changes; on the feed's event loop
    public void onListening(Consumer<Listening> watcher) {
        context.runOnContext(_ -> {
            watchers.add(watcher);
            watcher.accept(listening);
        });
    }

    private void tellListening() {
        var now = new Listening(gateways().stream()
                .filter(gateway -> gateway.acknowledgedVersion() > 0)
                .collect(toMap(
                        GatewayStatus::gateway,
                        gateway -> new Listening.Gateway(gateway.connectedSince(), gateway.listenerProblems()))));
        if (!now.equals(listening)) {
            listening = now;
            watchers.forEach(watcher -> watcher.accept(now));
        }
    }

    /// 0 before the first route table.
    public long version() {
        return current.map(RouteVersion::version).orElse(0L);
    }

    /// By name.
    public List<GatewayStatus> gateways() {
        return following.stream()
                .map(FollowingGateway::status)
                .sorted(Comparator.comparing(GatewayStatus::gateway))
                .toList();
    }

    private Duration lag() {
        var now = clock.instant();
        return gateways().stream()
                .flatMap(gateway -> gateway.owesSince().stream())
                .map(since -> Duration.between(since, now))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private void watch(GrpcServerRequest<GatewayMessage, RouteUpdate> call) {
        try {
            tls.caller(call.connection(), SpiffeId.Role.GATEWAY, Optional.of(self.cluster()));
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            strangers.increment();
            log.atWarn()
                    .addKeyValue("from", call.connection().remoteAddress())
                    .addKeyValue("reason", e.getMessage())
                    .log("Somebody was refused the route feed, which is for gateways of this cluster alone");
            call.response().status(GrpcStatus.PERMISSION_DENIED).end();
            return;
        }
        new Call(call).open();
    }

    /// One call until it ends: first comes `Subscribe`, then acknowledgements.
    private final class Call {
        private final GrpcServerRequest<GatewayMessage, RouteUpdate> call;
        private Optional<FollowingGateway> gateway = Optional.empty();

        Call(GrpcServerRequest<GatewayMessage, RouteUpdate> call) {
            this.call = call;
        }

        void open() {
            call.handler(this::said);
            // Without this the message would be left out and the call would go on: a gateway whose acknowledgement is
            // lost so would never get another route table.
            call.invalidMessageHandler(this::unreadable);
            call.endHandler(_ -> {
                var told = gateway;
                left();
                told.ifPresent(leaving -> call.response().end());
            });
            call.exceptionHandler(_ -> left());
        }

        private void said(GatewayMessage message) {
            switch (message.getKindCase()) {
                case SUBSCRIBE -> subscribed(message.getSubscribe());
                case ACKNOWLEDGE ->
                    gateway.ifPresent(known -> {
                        known.acknowledged(message.getAcknowledge());
                        tellListening();
                    });
                // A newer gateway may say more than we understand.
                case KIND_NOT_SET -> {}
            }
        }

        private void unreadable(InvalidMessageException failure) {
            log.atWarn()
                    .addKeyValue("from", call.connection().remoteAddress())
                    .addKeyValue("gateway", gateway.map(FollowingGateway::name).orElse(""))
                    .addKeyValue("reason", failure.toString())
                    .log("A message of a gateway cannot be read; its route feed ends, and it may begin again");
            left();
            call.response().status(GrpcStatus.INVALID_ARGUMENT).end();
        }

        private void subscribed(Subscribe subscribe) {
            if (gateway.isPresent()) {
                return;
            }
            var name = subscribe.getGateway();
            new ArrayList<>(following)
                    .stream().filter(earlier -> earlier.name().equals(name)).forEach(earlier -> {
                        // It has lost its connection before we noticed.
                        following.remove(earlier);
                        earlier.end(GrpcStatus.ABORTED);
                    });
            if (following.size() >= MAX_GATEWAYS) {
                surplus.increment();
                log.atWarn()
                        .addKeyValue("gateway", name)
                        .addKeyValue("limit", MAX_GATEWAYS)
                        .log("A gateway was refused the route feed: too many follow it");
                call.response().status(GrpcStatus.RESOURCE_EXHAUSTED).end();
                return;
            }
            var follower = new FollowingGateway(name, subscribe.getHeldVersion(), call, clock, snapshots, differences);
            gateway = Optional.of(follower);
            following.add(follower);
            log.atInfo()
                    .addKeyValue("gateway", name)
                    .addKeyValue("heldVersion", subscribe.getHeldVersion())
                    .log("A gateway follows the route feed");
            highestHeld = Math.max(highestHeld, subscribe.getHeldVersion());
            current.ifPresent(routes -> {
                if (routes.version() > subscribe.getHeldVersion()) {
                    follower.replace(routes);
                } else {
                    vertx.setTimer(NEWS_WITHIN.toMillis(), _ -> noNewsFor(follower));
                }
            });
        }

        // Versions grow for a gateway, also when it comes from a replica whose clock is ahead, or ours has gone back.
        private void noNewsFor(FollowingGateway follower) {
            if (following.contains(follower) && !follower.wasToldAny()) {
                current.ifPresent(routes -> replace(routes.atLeast(highestHeld + 1)));
            }
        }

        private void left() {
            gateway.ifPresent(known -> {
                known.gone();
                if (following.remove(known)) {
                    log.atInfo().addKeyValue("gateway", known.name()).log("A gateway no longer follows the route feed");
                    tellListening();
                }
            });
            gateway = Optional.empty();
        }
    }
}
