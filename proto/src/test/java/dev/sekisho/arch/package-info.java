/// What the architecture tests of all modules ask.
@NullMarked
package dev.sekisho.arch;

import org.jspecify.annotations.NullMarked;
