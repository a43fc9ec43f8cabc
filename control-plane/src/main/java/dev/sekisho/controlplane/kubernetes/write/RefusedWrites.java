package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.write.ClusterEvents.Severity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reports once, by an Event, each object of the cluster that suffers because the API server does not take one of ours.
/// One thread.
final class RefusedWrites {
    private final ClusterEvents events;
    private Map<ObjectKey, String> told = Map.of();

    RefusedWrites(ClusterEvents events) {
        this.events = events;
    }

    /// @param refused what is not taken and why, by who suffers; all that there are now
    /// @param regarding the object that shows it; asked only for news
    void observe(Map<ObjectKey, String> refused, Function<ObjectKey, Optional<HasMetadata>> regarding) {
        refused.forEach((sufferer, note) -> {
            if (!note.equals(told.get(sufferer))) {
                regarding
                        .apply(sufferer)
                        .ifPresent(object -> events.tell(object, Severity.WARNING, "Write", "WriteRefused", note));
            }
        });
        told = Map.copyOf(refused);
    }
}
