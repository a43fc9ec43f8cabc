package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.kubernetes.ClusterEvents.Severity;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Tells once, by an Event, of each import of which the API server does not take an object. One thread.
final class RefusedWrites {
    private final ClusterEvents events;
    private Map<ServiceName, String> told = Map.of();

    RefusedWrites(ClusterEvents events) {
        this.events = events;
    }

    /// @param refused the reason, by import; all that there are now
    /// @param regarding which object shows it
    void observe(Map<ServiceName, String> refused, Function<ServiceName, Optional<HasMetadata>> regarding) {
        refused.forEach((imported, reason) -> {
            if (!reason.equals(told.get(imported))) {
                regarding
                        .apply(imported)
                        .ifPresent(object -> events.tell(
                                object,
                                Severity.WARNING,
                                "Write",
                                "WriteRefused",
                                "The API server does not take an object that serves this import: " + reason));
            }
        });
        told = Map.copyOf(refused);
    }
}
