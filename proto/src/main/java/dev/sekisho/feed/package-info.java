/// What control plane and gateway both know of the route feed, beside its messages.
///
/// Reading order: [dev.sekisho.feed.RouteKey].
@NullMarked
package dev.sekisho.feed;

import org.jspecify.annotations.NullMarked;
