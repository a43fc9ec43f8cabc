/// The bounds of a gateway by name: [dev.sekisho.gateway.bounds.Bound]. Knows nothing else, so that whoever reaches a
/// bound, and
/// whoever counts that, say the same.
@NullMarked
package dev.sekisho.gateway.bounds;

import org.jspecify.annotations.NullMarked;
