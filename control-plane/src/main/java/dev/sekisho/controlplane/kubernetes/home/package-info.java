/// What a control plane keeps for itself in its own namespace of a Kubernetes cluster: Lease, Secrets, ConfigMaps.
///
/// Reading order: [dev.sekisho.controlplane.kubernetes.home.ClusterIdentity] is who the cluster is,
/// [dev.sekisho.controlplane.kubernetes.home.Leadership] chooses the replica that leads, and
/// [dev.sekisho.controlplane.kubernetes.home.LeaderDuties] does what only that one does for the cluster.
/// [dev.sekisho.controlplane.kubernetes.home.ClusterSecrets] holds the CA,
/// [dev.sekisho.controlplane.kubernetes.home.PeerConfigMaps] what peers last said. Knows nothing of the results that
/// are
/// written into users' namespaces.
@NullMarked
package dev.sekisho.controlplane.kubernetes.home;

import org.jspecify.annotations.NullMarked;
