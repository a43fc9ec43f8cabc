package dev.sekisho.gateway.streams;

/// Which end of a stream this gateway is: [#IMPORT] took it from a pod of this cluster, [#EXPORT] from a peer's lane.
public enum StreamSide {
    IMPORT,
    EXPORT
}
