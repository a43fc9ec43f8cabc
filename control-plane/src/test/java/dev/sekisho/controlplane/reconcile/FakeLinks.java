package dev.sekisho.controlplane.reconcile;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Links in memory: remembers what it is told and says what the test lets it say. Any thread.
public final class FakeLinks implements PeerLinks {
    private Optional<Home> home = Optional.empty();
    private final List<Map<ServiceName, Export>> published = new ArrayList<>();
    private final List<Set<ClusterName>> linked = new ArrayList<>();
    private final List<ExplainRequest> asked = new ArrayList<>();
    private Future<ExplainReply> answer = Future.failedFuture("peer is not connected");
    private Map<ServiceName, String> untold = Map.of();
    private boolean stopped;

    @Override
    public synchronized Future<Void> start(Home home) {
        this.home = Optional.of(home);
        return Future.succeededFuture();
    }

    @Override
    public void answerWith(Answers answers) {}

    @Override
    public Future<Void> lead() {
        return Future.succeededFuture();
    }

    @Override
    public synchronized void link(Map<ClusterName, Peer> peers) {
        linked.add(Set.copyOf(peers.keySet()));
    }

    @Override
    public synchronized Map<ServiceName, String> publish(Map<ServiceName, Export> exports) {
        published.add(exports);
        return untold;
    }

    @Override
    public synchronized Future<ExplainReply> explain(ClusterName peer, ExplainRequest request) {
        asked.add(request);
        return answer;
    }

    @Override
    public synchronized Future<Void> stop() {
        stopped = true;
        return Future.succeededFuture();
    }

    public synchronized void answer(Future<ExplainReply> reply) {
        answer = reply;
    }

    /// What is not told to peers from the next [#publish] on.
    synchronized void keepBack(Map<ServiceName, String> reasons) {
        untold = reasons;
    }

    void refuse(String peer, Map<ServiceName, String> reasons) {
        home().exportsRefused(new ClusterName(peer), reasons);
    }

    public void tell(PeerExports exports) {
        home().exportsChanged(exports);
    }

    public void nothingRemembered(String peer) {
        status(peer, new PeerStatus(false, Optional.empty(), "not tried yet", 0));
    }

    public void status(String peer, PeerStatus status) {
        home().statusChanged(new ClusterName(peer), status);
    }

    synchronized Home home() {
        return home.orElseThrow();
    }

    synchronized List<Map<ServiceName, Export>> published() {
        return List.copyOf(published);
    }

    synchronized List<Set<ClusterName>> linked() {
        return List.copyOf(linked);
    }

    public synchronized List<ExplainRequest> asked() {
        return List.copyOf(asked);
    }

    synchronized boolean isStopped() {
        return stopped;
    }
}
