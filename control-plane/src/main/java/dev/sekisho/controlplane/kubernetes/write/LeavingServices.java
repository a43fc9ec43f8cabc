package dev.sekisho.controlplane.kubernetes.write;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Derived Services that are to go. kube-proxy ends the UDP flows of a Service when it sees it without endpoints, and
/// not when it sees it gone: so a Service stays without endpoints for as long as kube-proxy may need to look once.
/// Used by one thread at a time.
public final class LeavingServices {
    /// kube-proxy brings changes together that are less than a second apart (`minSyncPeriod`).
    public static final Duration STAY = Duration.ofSeconds(3);

    private final InstantSource clock;
    private Map<String, Instant> emptySince = Map.of();
    private boolean waiting;

    LeavingServices(InstantSource clock) {
        this.clock = clock;
    }

    /// Those of `unwanted` that have been without endpoints for long enough.
    Stream<HasMetadata> due(List<HasMetadata> unwanted, Predicate<HasMetadata> hasEndpoints) {
        var now = clock.instant();
        var empty = new HashMap<String, Instant>();
        unwanted.stream()
                .filter(hasEndpoints.negate())
                .map(LeavingServices::uid)
                .forEach(uid -> {
                    var first = emptySince.getOrDefault(uid, now);
                    // A clock that was set back begins anew.
                    empty.put(uid, first.isAfter(now) ? now : first);
                });
        emptySince = empty;
        var due = unwanted.stream()
                .filter(service ->
                        !empty.getOrDefault(uid(service), now).plus(STAY).isAfter(now))
                .toList();
        waiting = due.size() < unwanted.size();
        return due.stream();
    }

    /// Whether some are left for a later write.
    boolean waiting() {
        return waiting;
    }

    private static String uid(HasMetadata service) {
        return service.getMetadata().getUid();
    }
}
