@NullMarked
package dev.sekisho.cli.check;

import org.jspecify.annotations.NullMarked;
