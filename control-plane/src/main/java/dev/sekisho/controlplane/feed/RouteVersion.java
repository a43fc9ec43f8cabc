package dev.sekisho.controlplane.feed;

import com.google.common.collect.Iterators;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteUpdate;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/// A route table with its version, and what a gateway must be told to get to it.
///
/// @param kept keys of resources that are not in `resources` and yet are not taken from a gateway which an earlier run
///     of the control plane has told them: peers that may have caused them have not been heard (invariant 1)
record RouteVersion(long version, SortedMap<String, Resource> resources, Set<String> kept) {
    RouteVersion {
        kept = Set.copyOf(kept);
    }

    boolean isComplete() {
        return kept.isEmpty();
    }

    RouteUpdate snapshot() {
        return RouteUpdate.newBuilder()
                .setVersion(version)
                .addAllUpserts(resources.values())
                .build();
    }

    /// Everything known, in place of a table of which nothing else is known than its version; what is kept stays.
    RouteUpdate onTopOf(long heldVersion) {
        return RouteUpdate.newBuilder()
                .setVersion(version)
                .setBaseVersion(heldVersion)
                .setWhole(true)
                .addAllKeptKeys(new TreeSet<>(kept))
                .addAllUpserts(resources.values())
                .build();
    }

    /// Both tables are walked once, side by side: what has not changed is the same object in both.
    RouteUpdate since(RouteVersion base) {
        var update = RouteUpdate.newBuilder().setVersion(version).setBaseVersion(base.version);
        var earlier = Iterators.peekingIterator(base.resources.entrySet().iterator());
        resources.forEach((key, resource) -> {
            while (earlier.hasNext() && earlier.peek().getKey().compareTo(key) < 0) {
                remove(earlier.next().getKey(), update);
            }
            var isKept = earlier.hasNext()
                    && earlier.peek().getKey().equals(key)
                    && earlier.next().getValue().equals(resource);
            if (!isKept) {
                update.addUpserts(resource);
            }
        });
        earlier.forEachRemaining(gone -> remove(gone.getKey(), update));
        base.kept.stream().sorted().filter(key -> !resources.containsKey(key)).forEach(key -> remove(key, update));
        return update.build();
    }

    private void remove(String key, RouteUpdate.Builder update) {
        if (!kept.contains(key)) {
            update.addRemovedKeys(key);
        }
    }

    boolean says(SortedMap<String, Resource> others, Set<String> otherKept) {
        return kept.equals(otherKept)
                && resources.size() == others.size()
                && Iterators.elementsEqual(
                        resources.entrySet().iterator(), others.entrySet().iterator());
    }

    RouteVersion atLeast(long lowest) {
        return version >= lowest ? this : new RouteVersion(lowest, resources, kept);
    }
}
