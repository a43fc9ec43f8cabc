package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.peers.records.PeerRecords;
import dev.sekisho.controlplane.reconcile.PeerLinks.Home;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import java.time.Duration;
import java.util.Optional;

/// A peer that another replica of this control plane talks to: what it exports is known from what that replica keeps.
/// Confined to the links' event loop.
final class FollowedPeer {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Links links;
    private final Home home;
    private final ClusterName peer;
    private Optional<HeldExports> known = Optional.empty();
    private boolean loading;
    private boolean again;
    private boolean failing;
    private boolean closed;

    FollowedPeer(Links links, Home home, ClusterName peer) {
        this.links = links;
        this.home = home;
        this.peer = peer;
    }

    /// Recalls what is kept now; called at first and after each change of it.
    void recall() {
        if (loading) {
            again = true;
            return;
        }
        loading = true;
        links.kept().load(peer).onSuccess(this::recalled).onFailure(this::failed);
    }

    private void recalled(Optional<HeldExports> kept) {
        loading = false;
        failing = false;
        if (closed) {
            return;
        }
        kept.filter(_ -> !kept.equals(known)).ifPresent(exports -> {
            known = kept;
            home.exportsChanged(records(exports).exports());
        });
        home.statusChanged(peer, status());
        if (again) {
            again = false;
            recall();
        }
    }

    // Nothing is told of the peer until it is known: "could not be read" is not "exports nothing" (invariant 1).
    private void failed(Throwable cause) {
        loading = false;
        if (closed) {
            return;
        }
        if (!failing) {
            failing = true;
            KeptExports.tell(peer, cause);
        }
        links.vertx().setTimer(RETRY.toMillis(), _ -> {
            if (!closed) {
                recall();
            }
        });
    }

    private PeerRecords records(HeldExports exports) {
        var records = new PeerRecords(peer, links.settings().bounds());
        records.restore(exports);
        return records;
    }

    private PeerStatus status() {
        return new PeerStatus(
                false,
                Optional.empty(),
                "the leading replica talks to peers, and this one follows it",
                known.map(HeldExports::getRecordsCount).orElse(0));
    }

    /// Nothing is told of the peer any more.
    ///
    /// @return what it exports, as far as it is known
    Optional<HeldExports> close() {
        closed = true;
        return known;
    }
}
