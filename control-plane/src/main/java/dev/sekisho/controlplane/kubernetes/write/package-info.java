/// Results made into objects, status and Events of a Kubernetes cluster, by the replica that leads.
///
/// Reading order: [dev.sekisho.controlplane.kubernetes.write.KubernetesWriter] makes the cluster's objects equal to the
/// results, in a [dev.sekisho.controlplane.kubernetes.write.WriteRound] each;
/// [dev.sekisho.controlplane.kubernetes.write.ImportObjects] and
/// [dev.sekisho.controlplane.kubernetes.write.PassObjects] say which objects there shall be,
/// [dev.sekisho.controlplane.kubernetes.write.AppliedObjects] sends what differs, and
/// [dev.sekisho.controlplane.kubernetes.write.StatusWriter] reports in status and Events what became of it. Users'
/// objects are never changed but for the status of those that ask something of us.
@NullMarked
package dev.sekisho.controlplane.kubernetes.write;

import org.jspecify.annotations.NullMarked;
