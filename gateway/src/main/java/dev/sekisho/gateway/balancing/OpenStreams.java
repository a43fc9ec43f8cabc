package dev.sekisho.gateway.balancing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many streams are open to each of some places. Any thread; a place without streams takes no memory.
public final class OpenStreams<K> {
    private final Map<K, Integer> counts = new ConcurrentHashMap<>();

    public int to(K place) {
        return counts.getOrDefault(place, 0);
    }

    public void opened(K place) {
        counts.merge(place, 1, Integer::sum);
    }

    public void closed(K place) {
        counts.computeIfPresent(place, (_, count) -> count == 1 ? null : count - 1);
    }
}
