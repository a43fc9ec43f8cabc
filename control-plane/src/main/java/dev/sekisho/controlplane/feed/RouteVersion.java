package dev.sekisho.controlplane.feed;

import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteUpdate;
import java.util.Map;
import java.util.SortedMap;

/// A route table with its version, and what a gateway must be told to get to it.
///
/// @param complete false while peers that may export something have not been heard: then nothing that an earlier run of
///     the control plane has told a gateway is taken from it (invariant 1)
record RouteVersion(long version, SortedMap<String, Resource> resources, boolean complete) {
    RouteUpdate snapshot() {
        return RouteUpdate.newBuilder()
                .setVersion(version)
                .addAllUpserts(resources.values())
                .build();
    }

    /// Everything known on top of a table of which nothing else is known than its version.
    RouteUpdate onTopOf(long heldVersion) {
        return RouteUpdate.newBuilder()
                .setVersion(version)
                .setBaseVersion(heldVersion)
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
        base.resources.keySet().stream()
                .filter(key -> !resources.containsKey(key))
                .forEach(update::addRemovedKeys);
        return update.build();
    }

    RouteVersion atLeast(long lowest) {
        return version >= lowest ? this : new RouteVersion(lowest, resources, complete);
    }
}
