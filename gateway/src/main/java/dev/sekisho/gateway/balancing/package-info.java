/// Who gets the next stream: the order in which clusters and backends are tried. Pure: no socket, clock or chance.
@NullMarked
package dev.sekisho.gateway.balancing;

import org.jspecify.annotations.NullMarked;
