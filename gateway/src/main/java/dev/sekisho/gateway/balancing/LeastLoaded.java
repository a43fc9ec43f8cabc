package dev.sekisho.gateway.balancing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/// Orders candidates by open streams, fewest first; equals take turns.
public final class LeastLoaded {
    private LeastLoaded() {}

    /// @param turn grows by one per stream, so that equally loaded candidates alternate; may overflow
    /// @return all candidates, the one to try first at the front
    public static <T> List<T> order(List<T> candidates, ToIntFunction<? super T> openStreams, int turn) {
        if (candidates.size() < 2) {
            return candidates;
        }
        var first = Math.floorMod(turn, candidates.size());
        var ordered = new ArrayList<T>(candidates.size());
        ordered.addAll(candidates.subList(first, candidates.size()));
        ordered.addAll(candidates.subList(0, first));
        // Loads move while others sort by them on their loops: each is read once.
        record Loaded<T>(T candidate, int load) {}
        return ordered.stream()
                .map(candidate -> new Loaded<>(candidate, openStreams.applyAsInt(candidate)))
                .sorted(Comparator.comparingInt(Loaded::load))
                .map(Loaded::candidate)
                .toList();
    }
}
