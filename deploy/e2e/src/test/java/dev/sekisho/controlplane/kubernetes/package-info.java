/// Tests of the Kubernetes edge's own types on a real API server.
@NullMarked
package dev.sekisho.controlplane.kubernetes;

import org.jspecify.annotations.NullMarked;
