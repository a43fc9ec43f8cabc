package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kubernetes.write.ClusterEvents.Severity;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells when the link with a peer is lost and when it is there again. A control plane that has just begun has not
/// linked yet, which is no loss: what the peer's status says counts until a link comes up, or another problem than the
/// first does. Any thread, one at a time per peer.
final class PeerEvents {
    private final ClusterEvents events;
    private final Map<ClusterName, Known> known = new ConcurrentHashMap<>();

    PeerEvents(ClusterEvents events) {
        this.events = events;
    }

    /// @param connected what was told last
    /// @param trouble of the link although it is up, as told last; empty for none
    /// @param firstProblem that does not count, as it is what a link begins with
    private record Known(boolean connected, String trouble, Optional<String> firstProblem) {}

    /// @param standing what its status says so far; empty when nothing
    void observe(ClusterName name, Peer peer, Optional<Peer.Status> standing, PeerStatus now) {
        var before = Optional.ofNullable(known.get(name))
                .orElseGet(() ->
                        new Known(standing.map(Peer.Status::connected).orElse(false), "", Optional.of(now.problem())));
        if (!now.connected() && before.firstProblem().equals(Optional.of(now.problem()))) {
            known.put(name, before);
            return;
        }
        var trouble = now.connected() ? now.problem() : "";
        known.put(name, new Known(now.connected(), trouble, Optional.empty()));
        if (now.connected() && !before.connected()) {
            events.tell(peer, Severity.NORMAL, "Link", "Linked", "The control planes are in touch.");
        } else if (!now.connected() && before.connected()) {
            events.tell(peer, Severity.WARNING, "Link", "LinkLost", now.problem());
        }
        if (!trouble.isEmpty() && !trouble.equals(before.trouble())) {
            events.tell(peer, Severity.WARNING, "Link", "LinkDisturbed", trouble);
        }
    }

    /// Forgets all others.
    void retain(Set<ClusterName> peers) {
        known.keySet().retainAll(peers);
    }
}
