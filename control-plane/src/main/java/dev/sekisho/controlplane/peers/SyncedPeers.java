package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.peers.SyncSession.Self;
import dev.sekisho.controlplane.peers.records.OwnExports;
import dev.sekisho.controlplane.peers.records.PreparedExports;
import dev.sekisho.controlplane.reconcile.PeerLinks;
import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.controlplane.tls.MutualTls;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The links with all peers, over mTLS; or, as long as another replica has them, what that one keeps of the peers. Its
/// methods may be called from any thread: everything happens on one event loop, on which [Home] is called as well.
public final class SyncedPeers implements PeerLinks {
    private static final Logger log = LoggerFactory.getLogger(SyncedPeers.class);

    private final Vertx vertx;
    private final Context context;
    private final SyncSettings settings;
    private final OwnExports exports;
    private final SyncServer server;
    private final Links shared;
    private final Map<ClusterName, PeerLink> links = new HashMap<>();
    private final Map<ClusterName, FollowedPeer> followed = new HashMap<>();
    private volatile Answers answers = (_, _) -> ExplainReply.getDefaultInstance();
    private Optional<Home> home = Optional.empty();
    private Optional<Long> heartbeat = Optional.empty();
    /// Empty until it is known whom we are linked with, which is not the same as nobody.
    private Optional<Map<ClusterName, Peer>> linked = Optional.empty();
    private boolean leading;

    /// @param identity of this cluster's control plane; its trust manager must know the peers
    public SyncedPeers(
            Vertx vertx,
            SyncSettings settings,
            TlsIdentity identity,
            PeerStore store,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry registry) {
        var self = identity.id();
        var tls = new SyncTls(identity);
        this.vertx = vertx;
        this.settings = settings;
        this.context = vertx.getOrCreateContext();
        this.exports = new OwnExports(self.cluster(), clock.millis());
        this.server = new SyncServer(
                vertx, settings.listen(), new MutualTls(identity), self, this::linkWith, clock, registry);
        this.shared = new Links(
                vertx,
                settings,
                new Self(
                        self.cluster(),
                        self.clusterSet(),
                        new UUID(random.nextLong(), random.nextLong()).toString(),
                        exports),
                new SyncDialer(vertx, tls, self.clusterSet(), settings.timing().dial()),
                new KeptExports(context, store),
                clock,
                random,
                registry);
    }

    private Optional<PeerLink> linkWith(ClusterName peer) {
        return Optional.ofNullable(links.get(peer));
    }

    @Override
    public void answerWith(Answers answers) {
        this.answers = answers;
    }

    @Override
    public Future<Void> start(Home home) {
        return onLoop(() -> {
            this.home = Optional.of(home);
            shared.kept()
                    .onChange(peer -> Optional.ofNullable(followed.get(peer)).ifPresent(FollowedPeer::recall));
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<Void> lead() {
        return onLoop(() -> {
            leading = true;
            linked.ifPresent(this::replaceLinks);
            return server.listen().onSuccess(_ -> {
                heartbeat = Optional.of(
                        vertx.setPeriodic(settings.timing().heartbeat().toMillis(), _ -> tick()));
                log.atInfo()
                        .addKeyValue("host", settings.listen().host())
                        .addKeyValue("port", server.port())
                        .log("The control planes of peers can dial this one");
            });
        });
    }

    private void tick() {
        List.copyOf(links.values()).forEach(PeerLink::tick);
    }

    /// The port that peers reach us on; after [#lead].
    public int port() {
        return server.port();
    }

    @Override
    public void link(Map<ClusterName, Peer> peers) {
        onLoop(() -> {
            var others = withoutOurselves(peers);
            linked = Optional.of(others);
            if (leading) {
                replaceLinks(others);
            } else {
                replaceFollowed(others.keySet());
            }
            return Future.succeededFuture();
        });
    }

    private Map<ClusterName, Peer> withoutOurselves(Map<ClusterName, Peer> peers) {
        var others = new HashMap<>(peers);
        if (others.remove(exports.cluster()) != null) {
            log.atWarn()
                    .addKeyValue("peer", exports.cluster())
                    .log("A cluster is not its own peer; the Peer object is ignored");
        }
        return Map.copyOf(others);
    }

    private void replaceFollowed(Set<ClusterName> peers) {
        var expelled =
                followed.keySet().stream().filter(peer -> !peers.contains(peer)).toList();
        expelled.forEach(peer -> Optional.ofNullable(followed.remove(peer)).ifPresent(FollowedPeer::close));
        home.ifPresent(owner -> peers.forEach(peer -> {
            if (!followed.containsKey(peer)) {
                var following = new FollowedPeer(shared, owner, peer);
                followed.put(peer, following);
                following.recall();
            }
        }));
    }

    private void replaceLinks(Map<ClusterName, Peer> peers) {
        var expelled =
                links.keySet().stream().filter(peer -> !peers.containsKey(peer)).toList();
        for (var peer : expelled) {
            log.atInfo().addKeyValue("peer", peer).log("A peer was removed, so the link with it ends");
            Optional.ofNullable(links.remove(peer)).ifPresent(PeerLink::expel);
        }
        shared.kept().retain(peers.keySet());
        peers.forEach((name, peer) -> linkWith(name).ifPresentOrElse(link -> link.replace(peer), () -> open(peer)));
    }

    private void open(Peer peer) {
        var known = Optional.ofNullable(followed.remove(peer.name())).flatMap(FollowedPeer::close);
        home.ifPresent(owner -> {
            var link = new PeerLink(shared, owner, answers, peer);
            links.put(peer.name(), link);
            link.open(known);
        });
    }

    @Override
    public Map<ServiceName, String> publish(Map<ServiceName, Export> own) {
        var prepared = PreparedExports.of(own, settings.bounds().recordBytes());
        onLoop(() -> {
            exports.publish(prepared);
            List.copyOf(links.values()).forEach(PeerLink::ownExportsChanged);
            return Future.succeededFuture();
        });
        return prepared.untold();
    }

    @Override
    public Future<ExplainReply> explain(ClusterName peer, ExplainRequest request) {
        return onLoop(() -> linkWith(peer)
                .map(link -> link.ask(request))
                .orElseGet(() -> Future.failedFuture(
                        followed.containsKey(peer)
                                ? "the leading replica talks to peers; ask that one"
                                : "no Peer is named " + peer)));
    }

    @Override
    public Future<Void> stop() {
        return onLoop(() -> {
            heartbeat.ifPresent(vertx::cancelTimer);
            links.values().forEach(link -> link.close(exports.cluster() + " is stopping"));
            links.clear();
            followed.values().forEach(FollowedPeer::close);
            followed.clear();
            return shared.dialer()
                    .close()
                    .eventually(server::close)
                    // A save may have been waiting for the one before it.
                    .eventually(() -> shared.kept().settled())
                    .eventually(() -> shared.kept().settled());
        });
    }

    private <T> Future<T> onLoop(Callable<Future<T>> work) {
        var done = Promise.<T>promise();
        context.runOnContext(_ -> {
            try {
                work.call().onComplete(done);
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
