/// Joins the edges: a changed view or a peer's news goes through the pure functions of `clusterset`, and what comes out
/// is published to peers, gateways and the cluster.
///
/// Reading order: [dev.sekisho.controlplane.reconcile.Cluster] (the edge to our own cluster, whatever it is),
/// [dev.sekisho.controlplane.reconcile.PeerLinks] (the edge to the others).
@NullMarked
package dev.sekisho.controlplane.reconcile;

import org.jspecify.annotations.NullMarked;
