/// Where route tables come from: the gateway's end of the feed, and the copy on disk that it starts from while its
/// control plane is away.
///
/// Reading order: [dev.sekisho.gateway.feed.RouteFeed] (follows the control plane and puts tables in force),
/// [dev.sekisho.gateway.feed.FeedCall] (one call of it), [dev.sekisho.gateway.feed.RouteStore] (the copy). Knows
/// routes; knows nothing of who uses them.
@NullMarked
package dev.sekisho.gateway.feed;

import org.jspecify.annotations.NullMarked;
