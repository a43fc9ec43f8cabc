/// Tests of what both programs know of the route feed.
@NullMarked
package dev.sekisho.feed;

import org.jspecify.annotations.NullMarked;
