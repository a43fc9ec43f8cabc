/// Kubernetes-shaped objects, wherever they come from: what an API server would refuse of them, and what the control
/// plane keeps of them.
///
/// One type per kind, each with `problems` (empty when the object is sound) and a function that makes the
/// [dev.sekisho.controlplane.clusterset.ClusterView] record of a sound object. Reading order:
/// [dev.sekisho.controlplane.kinds.Services], [dev.sekisho.controlplane.kinds.Pods]. Knows fabric8's model, but no
/// client, file or socket. An object holds no null inside a list or a map, as an API server sees to.
@NullMarked
package dev.sekisho.controlplane.kinds;

import org.jspecify.annotations.NullMarked;
