/// Tests of what we keep in our own namespace, on a real API server.
@NullMarked
package dev.sekisho.controlplane.kubernetes.home;

import org.jspecify.annotations.NullMarked;
