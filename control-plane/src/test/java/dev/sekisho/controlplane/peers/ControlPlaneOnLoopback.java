package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.peers.SyncSettings.Timing;
import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.peers.records.Exports;
import dev.sekisho.controlplane.peers.records.PeerFiles;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.reconcile.PeerLinks.Home;
import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// The sync of one cluster, over real sockets and real TLS, and what its reconciler would see of the others.
final class ControlPlaneOnLoopback implements Home, AutoCloseable {
    /// Short enough for a test, long enough for a busy machine.
    static final Timing BRISK = new Timing(
            Duration.ofMillis(250),
            Duration.ofMillis(400),
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    /// Each start is another instance, and always the same ones.
    private static final AtomicLong SEEDS = new AtomicLong();

    private final Map<ClusterName, PeerExports> exports = new ConcurrentHashMap<>();
    private final Map<ClusterName, PeerStatus> statuses = new ConcurrentHashMap<>();
    private final Map<ClusterName, Map<ServiceName, String>> refused = new ConcurrentHashMap<>();
    private final List<PeerExports> told = new CopyOnWriteArrayList<>();
    private final List<ExplainRequest> asked = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SyncedPeers peers;
    private final ClusterName name;
    private final Map<ClusterName, Peer> links = new HashMap<>();

    ControlPlaneOnLoopback(Vertx vertx, TlsIdentity identity, Path state) {
        this(vertx, identity, state, 0, BRISK, Bounds.DEFAULT);
    }

    ControlPlaneOnLoopback(Vertx vertx, TlsIdentity identity, Path state, int port, Timing timing, Bounds bounds) {
        this(
                vertx,
                identity,
                new PeerFiles(state.resolve(identity.id().cluster().value())),
                new SyncSettings(new HostPort("127.0.0.1", port), timing, bounds));
        lead();
    }

    private ControlPlaneOnLoopback(Vertx vertx, TlsIdentity identity, PeerStore store, SyncSettings settings) {
        this(vertx, identity, store, settings, InstantSource.system());
    }

    private ControlPlaneOnLoopback(
            Vertx vertx, TlsIdentity identity, PeerStore store, SyncSettings settings, InstantSource clock) {
        name = identity.id().cluster();
        peers = new SyncedPeers(vertx, settings, identity, store, clock, new Random(SEEDS.incrementAndGet()), registry);
        peers.answerWith(this::explain);
        Await.result(peers.start(this));
    }

    /// One whose clock is wrong by so much.
    static ControlPlaneOnLoopback ahead(Vertx vertx, TlsIdentity identity, Path state, int port, Duration by) {
        var started = new ControlPlaneOnLoopback(
                vertx,
                identity,
                new PeerFiles(state.resolve(identity.id().cluster().value())),
                new SyncSettings(new HostPort("127.0.0.1", port), BRISK, Bounds.DEFAULT),
                () -> InstantSource.system().instant().plus(by));
        started.lead();
        return started;
    }

    /// One replica of several, which does not lead yet.
    static ControlPlaneOnLoopback replica(Vertx vertx, TlsIdentity identity, PeerStore store) {
        return new ControlPlaneOnLoopback(
                vertx, identity, store, new SyncSettings(new HostPort("127.0.0.1", 0), BRISK, Bounds.DEFAULT));
    }

    void lead() {
        Await.result(peers.lead());
    }

    ControlPlaneOnLoopback linkedWith(String peer, HostPort endpoint) {
        return linkedWith(new Peer(new ClusterName(peer), Optional.of(endpoint), "PEM", Map.of()));
    }

    ControlPlaneOnLoopback linkedWith(String peer, int port) {
        return linkedWith(peer, port, "PEM");
    }

    /// @param bundle for what is said of it; whom we believe the identity knows
    ControlPlaneOnLoopback linkedWith(String peer, int port, String bundle) {
        return linkedWith(
                new Peer(new ClusterName(peer), Optional.of(new HostPort("127.0.0.1", port)), bundle, Map.of()));
    }

    /// As one that only dials us.
    ControlPlaneOnLoopback linkedWith(String peer) {
        return linkedWith(new Peer(new ClusterName(peer), Optional.empty(), "PEM", Map.of()));
    }

    private ControlPlaneOnLoopback linkedWith(Peer peer) {
        links.put(peer.name(), peer);
        peers.link(links);
        return this;
    }

    void unlink(String peer) {
        links.remove(new ClusterName(peer));
        peers.link(links);
    }

    /// @return what no peer is told, and why
    @CanIgnoreReturnValue
    Map<ServiceName, String> publish(Map<ServiceName, Export> own) {
        return peers.publish(own);
    }

    /// What a peer refuses of ours.
    Map<ServiceName, String> refusedBy(String peer) {
        return refused.getOrDefault(new ClusterName(peer), Map.of());
    }

    void publish(String... services) {
        publish(Exports.named(name.value(), services));
    }

    SyncedPeers peers() {
        return peers;
    }

    int port() {
        return peers.port();
    }

    boolean knowsAll(String peer, String... services) {
        var known = exportsOf(peer);
        return known.complete()
                && known.exports().keySet().stream()
                        .map(ServiceName::toString)
                        .collect(Collectors.toSet())
                        .equals(Set.of(services));
    }

    void awaitAll(String peer, String... services) {
        Await.until(() ->
                assertThat(knowsAll(peer, services)).as("%s", exportsOf(peer)).isTrue());
    }

    PeerExports exportsOf(String peer) {
        var cluster = new ClusterName(peer);
        return exports.getOrDefault(cluster, new PeerExports(cluster, false, Map.of()));
    }

    PeerStatus status(String peer) {
        return statuses.getOrDefault(new ClusterName(peer), new PeerStatus(false, Optional.empty(), "untold", 0));
    }

    void awaitConnected(String peer) {
        Await.until(() -> assertThat(status(peer)).matches(PeerStatus::connected));
    }

    void awaitProblem(String peer, String containing) {
        Await.until(() -> assertThat(status(peer).problem()).contains(containing));
    }

    List<ExplainRequest> asked() {
        return asked;
    }

    double count(SyncMeter meter, String outcome) {
        var counters = registry.find(meter.key()).tag("outcome", outcome).counters();
        return counters.stream().mapToDouble(counter -> counter.count()).sum();
    }

    double gauge(SyncMeter meter) {
        return registry.get(meter.key()).gauge().value();
    }

    /// Every set of exports of a peer that was told, in order.
    List<Set<String>> toldOf(String peer) {
        return told.stream()
                .filter(each -> each.peer().equals(new ClusterName(peer)))
                .map(each -> each.exports().keySet().stream()
                        .map(ServiceName::toString)
                        .collect(Collectors.toSet()))
                .toList();
    }

    @Override
    public void exportsChanged(PeerExports changed) {
        told.add(changed);
        exports.put(changed.peer(), changed);
    }

    @Override
    public void exportsRefused(ClusterName peer, Map<ServiceName, String> reasons) {
        refused.put(peer, reasons);
    }

    @Override
    public void statusChanged(ClusterName peer, PeerStatus status) {
        statuses.put(peer, status);
    }

    private ExplainReply explain(ClusterName peer, ExplainRequest request) {
        asked.add(request);
        return ExplainReply.newBuilder()
                .setAllowed(true)
                .addReasons(name + " allows " + peer)
                .build();
    }

    @Override
    public void close() {
        Await.result(peers.stop());
    }
}
