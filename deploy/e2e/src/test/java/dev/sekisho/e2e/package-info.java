/// The product as its users meet it: real processes, real sockets, the commands of the README.
@NullMarked
package dev.sekisho.e2e;

import org.jspecify.annotations.NullMarked;
