package dev.sekisho.controlplane.feed;

import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteUpdate;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A route table with its version, and what a gateway must be told to get to it.
///
/// @param kept keys of resources that are not in `resources` and yet are not taken from a gateway which an earlier run
/// of
///     the control plane has told them: peers that may have caused them have not been heard (invariant 1)
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

    RouteUpdate since(RouteVersion base) {
        var update = RouteUpdate.newBuilder().setVersion(version).setBaseVersion(base.version);
        for (Map.Entry<String, Resource> resource : resources.entrySet()) {
            if (!resource.getValue().equals(base.resources.get(resource.getKey()))) {
                update.addUpserts(resource.getValue());
            }
        }
        Stream.concat(base.resources.keySet().stream(), base.kept.stream().sorted())
                .filter(key -> !resources.containsKey(key) && !kept.contains(key))
                .forEach(update::addRemovedKeys);
        return update.build();
    }

    RouteVersion atLeast(long lowest) {
        return version >= lowest ? this : new RouteVersion(lowest, resources, kept);
    }
}
