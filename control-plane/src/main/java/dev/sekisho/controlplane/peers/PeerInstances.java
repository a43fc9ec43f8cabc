package dev.sekisho.controlplane.peers;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/// Tells two control planes that both say they are one peer from one that has restarted: an instance that another has
/// followed never returns after a restart. Confined to the links' event loop.
final class PeerInstances {
    private static final int MOST_REMEMBERED = 16;

    private final SequencedSet<String> followed = new LinkedHashSet<>();
    private final Duration believedFor;
    private Optional<String> current = Optional.empty();
    private Optional<Instant> returnedAt = Optional.empty();

    /// @param believedFor how long two are taken to live after they last took turns
    PeerInstances(Duration believedFor) {
        this.believedFor = believedFor;
    }

    void greeted(String instance, Instant now) {
        if (current.equals(Optional.of(instance))) {
            return;
        }
        current.ifPresent(followed::add);
        if (followed.remove(instance)) {
            returnedAt = Optional.of(now);
        }
        current = Optional.of(instance);
        if (followed.size() > MOST_REMEMBERED) {
            followed.removeFirst();
        }
    }

    boolean areTwo(Instant now) {
        return returnedAt
                .filter(at -> Duration.between(at, now).compareTo(believedFor) < 0)
                .isPresent();
    }
}
