/// A Kubernetes cluster as the control plane's edge: what is seen of it. What is written into it is in `write`, what we
/// keep in our own namespace in `home`; neither knows the other, and nothing here knows either.
///
/// Reading order: [dev.sekisho.controlplane.kubernetes.KubernetesCluster] joins watching and writing;
/// [dev.sekisho.controlplane.kubernetes.ClusterWatch] runs an informer per kind,
/// [dev.sekisho.controlplane.kubernetes.WatchedKinds] says what is kept of an object, and
/// [dev.sekisho.controlplane.kubernetes.WatchedCluster] makes the view of all of them.
///
/// The kinds that Kubernetes does not bring along: [dev.sekisho.controlplane.kubernetes.ServiceExport] and
/// [dev.sekisho.controlplane.kubernetes.ServiceImport] are the Multi-Cluster Services API,
/// [dev.sekisho.controlplane.kubernetes.Peer] is ours, [dev.sekisho.controlplane.kubernetes.ClusterProperty] is only
/// read. Their schemas are in `deploy/crds`; a test holds the two together. Values that the schema limits to a few
/// words are plain text here: a word that a later version of the API adds must not make a whole watch unreadable.
@NullMarked
package dev.sekisho.controlplane.kubernetes;

import org.jspecify.annotations.NullMarked;
