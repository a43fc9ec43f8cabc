package dev.sekisho.gateway.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Holds back what repeats: of each kind of event, a few in an interval may be logged, the others are counted until
/// one may be again. Any thread.
///
/// @param <K> what makes two events alike
final class Floods<K> {
    private final InstantSource clock;
    private final Duration interval;
    private final int logged;
    private final int mostKinds;
    private final K beyond;
    private final Map<K, Flood> floods = new HashMap<>();

    private record Flood(Instant since, int logged, long leftOut) {}

    /// @param logged how many of a kind may be logged in one interval
    /// @param mostKinds that are told apart; further ones all count as `beyond`
    Floods(InstantSource clock, Duration interval, int logged, int mostKinds, K beyond) {
        this.clock = clock;
        this.interval = interval;
        this.logged = logged;
        this.mostKinds = mostKinds;
        this.beyond = beyond;
    }

    /// @return how many alike were left out since the last one that was logged; empty when this one is left out too
    synchronized OptionalLong admit(K event) {
        var now = clock.instant();
        var kind = floods.containsKey(event) || floods.size() < mostKinds ? event : beyond;
        var flood = floods.getOrDefault(kind, new Flood(now, 0, 0));
        if (isOver(flood, now)) {
            floods.put(kind, new Flood(now, 1, 0));
            return OptionalLong.of(flood.leftOut);
        }
        if (flood.logged < logged) {
            floods.put(kind, new Flood(flood.since, flood.logged + 1, 0));
            return OptionalLong.of(flood.leftOut);
        }
        floods.put(kind, new Flood(flood.since, flood.logged, flood.leftOut + 1));
        return OptionalLong.empty();
    }

    /// Forgets the kinds whose interval is over.
    ///
    /// @return how many of each were left out and never told of; kinds without any are not in it
    synchronized Map<K, Long> takeFinished() {
        var now = clock.instant();
        var untold = new LinkedHashMap<K, Long>();
        floods.entrySet().removeIf(entry -> {
            var over = isOver(entry.getValue(), now);
            if (over && entry.getValue().leftOut > 0) {
                untold.put(entry.getKey(), entry.getValue().leftOut);
            }
            return over;
        });
        return untold;
    }

    private boolean isOver(Flood flood, Instant now) {
        return !now.isBefore(flood.since.plus(interval));
    }
}
