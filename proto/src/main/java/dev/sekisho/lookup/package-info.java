/// Addresses of names that [io.vertx.core.Vertx] does not look up: [dev.sekisho.lookup.Ipv6Addresses]. Knows nothing of
/// clusters.
@NullMarked
package dev.sekisho.lookup;

import org.jspecify.annotations.NullMarked;
