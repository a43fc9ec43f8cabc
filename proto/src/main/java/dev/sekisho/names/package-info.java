/// Names that cannot be swapped by accident: clusters, services, pods, gateways.
@NullMarked
package dev.sekisho.names;

import org.jspecify.annotations.NullMarked;
