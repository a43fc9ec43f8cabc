package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.balancing.OpenStreams;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.tunnel.Lanes;
import dev.sekisho.names.ClusterName;
import java.util.concurrent.atomic.AtomicInteger;

/// What all import streams share. Any thread.
///
/// @param openStreams by destination cluster
record ImportWorld(
        LiveRoutes routes,
        Lanes lanes,
        BackendConnector backends,
        LiveStreams streams,
        StreamSettings settings,
        OpenStreams<ClusterName> openStreams,
        AtomicInteger turn) {
    int nextTurn() {
        return turn.getAndIncrement();
    }
}
