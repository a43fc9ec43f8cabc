package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The [PeerStore] as seen from the event loop: one call at a time, in order, on a worker thread; many changes of a
/// peer become one save.
final class KeptExports {
    private static final Logger log = LoggerFactory.getLogger(KeptExports.class);

    private final Context context;
    private final PeerStore store;

    KeptExports(Context context, PeerStore store) {
        this.context = context;
        this.store = store;
    }

    /// @return empty when it is unknown what the peer exports; fails when that cannot be read at the moment
    Future<Optional<HeldExports>> load(ClusterName peer) {
        return context.executeBlocking(() -> store.load(peer)).map(Objects::requireNonNull);
    }

    static void tell(ClusterName peer, Throwable failure) {
        log.atWarn()
                .addKeyValue("peer", peer)
                .setCause(failure)
                .log("What was kept of a peer's exports cannot be read; the peer will tell them again");
    }

    /// @param changed told on the event loop which peer's exports another replica has saved
    void onChange(Consumer<ClusterName> changed) {
        store.onChange(peer -> context.runOnContext(_ -> changed.accept(peer)));
    }

    void retain(Set<ClusterName> peers) {
        context.executeBlocking(() -> {
                    store.retain(peers);
                    return peers;
                })
                .onFailure(failure -> log.atWarn()
                        .setCause(failure)
                        .log("What was kept of expelled peers cannot be removed; it is tried again with the next"
                                + " change of peers"));
    }

    /// Completes when everything asked for so far is done.
    Future<Void> settled() {
        return context.executeBlocking(() -> Optional.empty()).mapEmpty();
    }

    Saver saver(ClusterName peer, Supplier<HeldExports> current) {
        return new Saver(peer, current);
    }

    /// Saves one peer's exports: at most one save is under way and one waits.
    final class Saver {
        private final ClusterName peer;
        private final Supplier<HeldExports> current;
        private boolean wanted;
        private boolean saving;
        private boolean failing;
        private boolean stopped;

        private Saver(ClusterName peer, Supplier<HeldExports> current) {
            this.peer = peer;
            this.current = current;
        }

        void changed() {
            wanted = true;
            saveIfWanted();
        }

        /// Tries again what has failed; called now and then.
        void saveIfWanted() {
            if (!wanted || saving || stopped) {
                return;
            }
            wanted = false;
            saving = true;
            var exports = current.get();
            context.executeBlocking(() -> {
                        store.save(peer, exports);
                        return exports;
                    })
                    .onComplete(saved -> {
                        saving = false;
                        if (saved.succeeded()) {
                            failing = false;
                            saveIfWanted();
                        } else {
                            wanted = true;
                            warn(saved.cause());
                        }
                    });
        }

        /// For a peer that is expelled: nothing of it is written any more.
        void stop() {
            stopped = true;
        }

        private void warn(Throwable failure) {
            if (!failing) {
                failing = true;
                log.atWarn()
                        .addKeyValue("peer", peer)
                        .setCause(failure)
                        .log("What a peer exports cannot be kept; after a restart it is unknown until the peer is back."
                                + " It is tried again");
            }
        }
    }
}
