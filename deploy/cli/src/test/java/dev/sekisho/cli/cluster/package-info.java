@NullMarked
package dev.sekisho.cli.cluster;

import org.jspecify.annotations.NullMarked;
