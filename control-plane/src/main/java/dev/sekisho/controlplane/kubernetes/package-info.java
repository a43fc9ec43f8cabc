/// A Kubernetes cluster as the control plane's edge.
///
/// Reading order: [dev.sekisho.controlplane.kubernetes.ClusterWatch] is what is seen of the cluster, by an informer per
/// kind; [dev.sekisho.controlplane.kubernetes.WatchedKinds] is what is kept of an object, and
/// [dev.sekisho.controlplane.kubernetes.WatchedCluster] the view of all of them.
/// [dev.sekisho.controlplane.kubernetes.KubernetesWriter] makes the cluster's objects equal to the results:
/// [dev.sekisho.controlplane.kubernetes.ImportObjects] and [dev.sekisho.controlplane.kubernetes.PassObjects] say which
/// there shall be, [dev.sekisho.controlplane.kubernetes.AppliedObjects] sends what differs, and
/// [dev.sekisho.controlplane.kubernetes.StatusWriter] tells in status and Events what became of it. What we keep for
/// ourselves is written by [dev.sekisho.controlplane.kubernetes.LeaderDuties]. All writing is done by the replica that
/// [dev.sekisho.controlplane.kubernetes.Leadership] chose.
///
/// The kinds that Kubernetes does not bring along: [dev.sekisho.controlplane.kubernetes.ServiceExport] and
/// [dev.sekisho.controlplane.kubernetes.ServiceImport] are the Multi-Cluster Services API,
/// [dev.sekisho.controlplane.kubernetes.Peer] is ours, [dev.sekisho.controlplane.kubernetes.ClusterProperty] is only
/// read. Their schemas are in `deploy/crds`; a test holds the two together. Values that the schema limits to a few
/// words are plain text here: a word that a later version of the API adds must not make a whole watch unreadable.
@NullMarked
package dev.sekisho.controlplane.kubernetes;

import org.jspecify.annotations.NullMarked;
