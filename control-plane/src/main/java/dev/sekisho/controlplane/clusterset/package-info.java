/// What is true of the clusterset, decided by plain functions: which exports are valid, how the same service of several
/// clusters merges, which imports exist, what each gateway's route table is.
///
/// Reading order: [dev.sekisho.controlplane.clusterset.ClusterView] (what one cluster looks like),
/// [dev.sekisho.controlplane.clusterset.Export], [dev.sekisho.controlplane.clusterset.Import]. Pure: no socket, clock,
/// Vert.x or Kubernetes client.
@NullMarked
package dev.sekisho.controlplane.clusterset;

import org.jspecify.annotations.NullMarked;
