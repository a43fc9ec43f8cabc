package dev.sekisho.gateway.routes;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Holds the route table in force. Read from any thread; replaced by one thread at a time.
public final class LiveRoutes {
    private final List<Consumer<RouteTable>> watchers = new CopyOnWriteArrayList<>();
    private volatile @Nullable RouteTable current;

    /// The table in force, or empty before the first one has arrived.
    public Optional<RouteTable> current() {
        return Optional.ofNullable(current);
    }

    /// Puts `table` in force, then tells every watcher on the calling thread.
    public void replace(RouteTable table) {
        current = table;
        watchers.forEach(watcher -> watcher.accept(table));
    }

    /// @param watcher called after each replacement, on the replacing thread; must not block
    public void onReplace(Consumer<RouteTable> watcher) {
        watchers.add(watcher);
    }
}
