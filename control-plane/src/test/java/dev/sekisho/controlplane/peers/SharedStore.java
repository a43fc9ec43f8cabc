package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// What the replicas of one control plane have in common, in memory.
final class SharedStore implements PeerStore {
    private final Map<ClusterName, HeldExports> kept = new ConcurrentHashMap<>();
    private final List<Consumer<ClusterName>> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean unreachable;

    void unreachable(boolean now) {
        unreachable = now;
    }

    Set<ClusterName> peers() {
        return Set.copyOf(kept.keySet());
    }

    @Override
    public Optional<HeldExports> load(ClusterName peer) throws IOException {
        requireReachable();
        return Optional.ofNullable(kept.get(peer));
    }

    @Override
    public void save(ClusterName peer, HeldExports exports) throws IOException {
        requireReachable();
        kept.put(peer, exports);
        watchers.forEach(watcher -> watcher.accept(peer));
    }

    @Override
    public void retain(Set<ClusterName> peers) throws IOException {
        requireReachable();
        kept.keySet().retainAll(peers);
    }

    @Override
    public void onChange(Consumer<ClusterName> changed) {
        watchers.add(changed);
    }

    private void requireReachable() throws IOException {
        if (unreachable) {
            throw new IOException("the API server does not answer");
        }
    }
}
