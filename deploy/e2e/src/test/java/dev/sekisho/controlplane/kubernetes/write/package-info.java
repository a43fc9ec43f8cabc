/// Tests of what the Kubernetes edge writes, on a real API server.
@NullMarked
package dev.sekisho.controlplane.kubernetes.write;

import org.jspecify.annotations.NullMarked;
