/// Kubernetes-shaped objects, wherever they come from: what an API server would refuse of them, and what the control
/// plane keeps of them.
///
/// One type per kind, each with `problems` (empty when the object is sound) and a function that makes the
/// [dev.sekisho.controlplane.clusterset.ClusterView] record of a sound object. Reading order:
/// [dev.sekisho.controlplane.kinds.Services], [dev.sekisho.controlplane.kinds.Pods]. Knows fabric8's model, but no
/// client, file or socket. An object holds no null inside a list or a map, as an API server sees to.
///
/// The kinds that Kubernetes does not bring along: [dev.sekisho.controlplane.kinds.ServiceExport] and
/// [dev.sekisho.controlplane.kinds.ServiceImport] are the Multi-Cluster Services API,
/// [dev.sekisho.controlplane.kinds.Peer] is ours, [dev.sekisho.controlplane.kinds.ClusterProperty] is only
/// read. Their schemas are in `deploy/crds`; a test holds the two together. Values that the schema limits to a few
/// words are plain text here: a word that a later version of the API adds must not make a whole watch unreadable.
@NullMarked
package dev.sekisho.controlplane.kinds;

import org.jspecify.annotations.NullMarked;
