package dev.sekisho.gateway.feed;

import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteSnapshot;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.gateway.routes.JoinedRoutes;
import dev.sekisho.gateway.routes.ListenerProblem;
import dev.sekisho.gateway.routes.RouteResources;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.lookup.Ipv6Addresses;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Follows the control plane for ever and puts its route tables in force. Starts from the stored table, so a gateway
/// does not need its control plane to come up (invariant 2); a snapshot of the control plane always wins over it,
/// whatever its version. An update that cannot be read leaves the table in force and is reported back.
///
/// Tables are read on a worker thread and put in force on the feed's own event loop. [#isConnected], [#problems] and
/// [#listenerProblems] may be called from any thread.
public final class RouteFeed {
    private static final Logger log = LoggerFactory.getLogger(RouteFeed.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Context context;
    private final FeedSettings settings;
    private final TlsIdentity identity;
    private final Consumer<RouteTable> putInForce;
    private final RandomGenerator random;
    private final RouteStore store;
    private final GrpcClient client;
    private final Ipv6Addresses others;
    private final FeedCall.Listener news = new News();
    private RouteResources resources = RouteResources.NONE;
    private long version;
    private long acknowledged;
    private Optional<FeedCall> call = Optional.empty();
    /// Whether an update is being read: its acknowledgement is due.
    private boolean busy;
    private boolean stopped;
    private Duration pause;
    private Optional<Long> retry = Optional.empty();
    private Optional<String> lastLoss = Optional.empty();
    private volatile boolean connected;
    /// Why there is no feed; empty while updates arrive.
    private volatile Optional<String> trouble = Optional.of("has not been heard yet");
    private volatile Optional<String> refused = Optional.empty();
    private volatile List<String> leftOut = List.of();
    private volatile List<ListenerProblem> ofListeners = List.of();

    /// @param putInForce given each new table, on one event loop; must not block
    public RouteFeed(
            Vertx vertx,
            FeedSettings settings,
            TlsIdentity identity,
            Consumer<RouteTable> putInForce,
            RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.identity = identity;
        this.putInForce = putInForce;
        this.random = random;
        this.store = new RouteStore(vertx, context, settings.store(), settings.storeDelay());
        this.pause = settings.backOff();
        this.others = new Ipv6Addresses(vertx);
        this.client = GrpcClient.builder(vertx)
                .with(new GrpcClientOptions().setMaxMessageSize(settings.maxUpdateBytes()))
                .with(http(identity))
                .build();
    }

    private static HttpClientOptions http(TlsIdentity identity) {
        return new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2KeepAliveTimeout(0)
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(identity.trustManager()))
                // Names are SPIFFE ids, which the trust manager and FeedCall check.
                .setVerifyHost(false);
    }

    /// Completes once the stored table, if there is one, is in force. Does not wait for the control plane.
    public Future<Void> start() {
        return onContext(() -> store.load().compose(this::startFrom).onSuccess(_ -> dial()));
    }

    /// Hangs up and writes the last table down.
    public Future<Void> stop() {
        return onContext(() -> {
            stopped = true;
            connected = false;
            retry.ifPresent(vertx::cancelTimer);
            call.ifPresent(FeedCall::close);
            return store.flush().eventually(client::close);
        });
    }

    /// Whether the control plane is there and is who it should be.
    public boolean isConnected() {
        return connected;
    }

    /// What an operator should know of the routes: why there is no feed, what of the table is not in force.
    public List<String> problems() {
        var feed = trouble.map(reason -> "control plane at " + settings.controlPlane() + ": " + reason);
        return Stream.concat(feed.stream(), ofTable().stream()).toList();
    }

    private List<String> ofTable() {
        return Stream.of(
                        refused.stream(), leftOut.stream(), ofListeners.stream().map(ListenerProblem::problem))
                .flatMap(each -> each)
                .toList();
    }

    /// @param now which listeners of the table in force could not be opened; reported to the control plane
    public void listenerProblems(List<ListenerProblem> now) {
        context.runOnContext(_ -> {
            if (ofListeners.equals(now)) {
                return;
            }
            ofListeners = List.copyOf(now);
            if (!busy && trouble.isEmpty()) {
                call.ifPresent(open -> open.tellProblems(acknowledged, ofTable(), ofListeners));
            }
        });
    }

    private Future<Void> startFrom(Optional<RouteSnapshot> stored) {
        if (stored.isEmpty()) {
            return Future.succeededFuture();
        }
        var snapshot = stored.get();
        return read(RouteResources.NONE, snapshot.getResourcesList(), List.of(), snapshot.getVersion())
                .<Void>map(next -> {
                    replace(next);
                    log.atInfo()
                            .addKeyValue("version", version)
                            .log("The gateway runs on its stored route table until the control plane is heard");
                    return null;
                })
                .recover(cause -> {
                    log.atWarn()
                            .addKeyValue("file", settings.store())
                            .addKeyValue("reason", cause.getMessage())
                            .log("The stored route table cannot be used; the gateway waits for the control plane");
                    return Future.succeededFuture();
                });
    }

    /// Reads and joins on a worker thread: a large table would hold up the streams of this event loop.
    private Future<Read> read(
            RouteResources base, Collection<Resource> upserts, Collection<String> removedKeys, long newVersion) {
        return context.executeBlocking(() -> {
                    var next = base.with(upserts, removedKeys);
                    var joined = next.join(newVersion);
                    var domain = new TrustDomain(
                            joined.table().cluster(), joined.table().clusterSet());
                    if (!domain.equals(identity.id().trustDomain())) {
                        throw new IllegalArgumentException("the table is that of " + domain + ", not of "
                                + identity.id().trustDomain());
                    }
                    return new Read(next, joined);
                })
                .map(Objects::requireNonNull);
    }

    private record Read(RouteResources resources, JoinedRoutes joined) {}

    private void replace(Read next) {
        resources = next.resources;
        version = next.joined.table().version();
        leftOut = next.joined.problems();
        refused = Optional.empty();
        putInForce.accept(next.joined.table());
    }

    private void dial() {
        if (!stopped) {
            var next = new FeedCall(vertx, identity, settings, news);
            call = Optional.of(next);
            next.open(client, others, version);
        }
    }

    /// What is done about the news of the call that is ours; those of an earlier one are passed over.
    private final class News implements FeedCall.Listener {
        @Override
        public void subscribed(FeedCall from) {
            if (isOurs(from)) {
                connected = true;
                trouble = Optional.of("is connected, and has sent no routes yet");
            }
        }

        @Override
        public void received(FeedCall from, RouteUpdate update) {
            if (!isOurs(from)) {
                return;
            }
            var isSnapshot = update.getBaseVersion() == 0;
            if (!isSnapshot && update.getBaseVersion() != version) {
                from.close();
                lost(
                        from,
                        "its update starts from version " + update.getBaseVersion() + ", but version " + version
                                + " is in force; asks for the whole table");
                return;
            }
            busy = true;
            read(
                            isSnapshot ? RouteResources.NONE : baseOf(update),
                            update.getUpsertsList(),
                            update.getRemovedKeysList(),
                            update.getVersion())
                    .onComplete(next -> {
                        if (isOurs(from)) {
                            busy = false;
                            if (next.succeeded()) {
                                accept(next.result());
                            } else {
                                refuse(update, next.cause());
                            }
                            acknowledged = update.getVersion();
                            from.acknowledge(acknowledged, ofTable(), ofListeners);
                        }
                    });
        }

        private RouteResources baseOf(RouteUpdate update) {
            return update.getWhole() ? resources.only(update.getKeptKeysList()) : resources;
        }

        private void accept(Read next) {
            replace(next);
            var kept = next.resources;
            var keptVersion = version;
            store.keep(() -> RouteSnapshot.newBuilder()
                    .setVersion(keptVersion)
                    .addAllResources(kept.wire())
                    .build());
            pause = settings.backOff();
            var isNews = trouble.isPresent();
            heard();
            log.atLevel(isNews ? Level.INFO : Level.DEBUG)
                    .addKeyValue("version", version)
                    .addKeyValue("imports", next.joined.table().imports().size())
                    .addKeyValue("exports", next.joined.table().exports().size())
                    .addKeyValue("peers", next.joined.table().peers().size())
                    .log("The gateway runs on the control plane's route table");
        }

        private void heard() {
            trouble = Optional.empty();
            lastLoss = Optional.empty();
        }

        private void refuse(RouteUpdate update, Throwable cause) {
            var problem = "version " + update.getVersion() + " is refused, version " + version + " stays in force: "
                    + cause.getMessage();
            heard();
            refused = Optional.of(problem);
            log.atWarn()
                    .addKeyValue("version", update.getVersion())
                    .addKeyValue("inForce", version)
                    .addKeyValue("reason", cause.getMessage())
                    .log("A route table was refused");
        }

        @Override
        public void lost(FeedCall from, String reason) {
            if (!isOurs(from)) {
                return;
            }
            connected = false;
            busy = false;
            call = Optional.empty();
            trouble = Optional.of(reason);
            // Said again only when it changes: a control plane that is away stays away for a while.
            if (!lastLoss.equals(trouble)) {
                lastLoss = trouble;
                log.atWarn()
                        .addKeyValue("controlPlane", settings.controlPlane())
                        .addKeyValue("reason", reason)
                        .addKeyValue("version", version)
                        .log("The route feed is down; the gateway runs on the route table it has and tries again");
            }
            retry = Optional.of(vertx.setTimer(jittered(pause), _ -> dial()));
            pause = min(pause.multipliedBy(2), settings.maxBackOff());
        }

        private boolean isOurs(FeedCall other) {
            return !stopped && call.filter(other::equals).isPresent();
        }
    }

    /// Half to all of it, so that the gateways of a cluster do not come back in one wave.
    private long jittered(Duration longest) {
        return Math.max(1, random.nextLong(longest.toMillis() / 2, longest.toMillis() + 1));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Future<Void> onContext(Supplier<Future<Void>> action) {
        var done = Promise.<Void>promise();
        context.runOnContext(_ -> action.get().onComplete(done));
        return done.future();
    }
}
