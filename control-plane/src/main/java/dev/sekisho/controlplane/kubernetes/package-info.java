/// A Kubernetes cluster as the control plane's edge: what is seen of it. What is written into it is in `write`, what we
/// keep in our own namespace in `home`; neither knows the other, and nothing here knows either.
///
/// Reading order: [dev.sekisho.controlplane.kubernetes.KubernetesCluster] joins watching and writing;
/// [dev.sekisho.controlplane.kubernetes.ClusterWatch] runs an informer per kind,
/// [dev.sekisho.controlplane.kubernetes.WatchedKinds] says what is kept of an object, and
/// [dev.sekisho.controlplane.kubernetes.WatchedCluster] makes the view of all of them.
@NullMarked
package dev.sekisho.controlplane.kubernetes;

import org.jspecify.annotations.NullMarked;
