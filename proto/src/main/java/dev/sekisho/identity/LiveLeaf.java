package dev.sekisho.identity;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.X509ExtendedKeyManager;

/// The leaf that is shown now, and who wants to know when it changes. Any thread.
final class LiveLeaf {
    private final LeafKeys keys;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    LiveLeaf(Leaf leaf) {
        keys = new LeafKeys(leaf);
    }

    Leaf current() {
        return keys.current();
    }

    X509ExtendedKeyManager keys() {
        return keys;
    }

    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    void replace(Leaf leaf) {
        keys.replace(leaf);
        watchers.forEach(Runnable::run);
    }
}
