/// Feeds this cluster's gateways their route tables over gRPC with mTLS: a snapshot, then differences, each
/// acknowledged by its version (feed.proto).
///
/// Reading order: [dev.sekisho.controlplane.feed.RouteFeed] (the server), `FollowingGateway` (one gateway's stream),
/// `RouteVersion` (what is sent). Knows nothing of lanes and streams.
@NullMarked
package dev.sekisho.controlplane.feed;

import org.jspecify.annotations.NullMarked;
