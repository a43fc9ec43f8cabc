/// What is true of the clusterset, decided by plain functions: which exports are valid, and how the same service of
/// several clusters merges.
///
/// Reading order: [dev.sekisho.controlplane.clusterset.ClusterView] (what one cluster looks like),
/// [dev.sekisho.controlplane.clusterset.LocalExports], [dev.sekisho.controlplane.clusterset.Export],
/// [dev.sekisho.controlplane.clusterset.MergedService], [dev.sekisho.controlplane.clusterset.Import]. Above it are
/// `placement` (by which address and port an import is reached) and `plan` (everything that follows); neither is known
/// here. Pure, all three: no socket, clock, Vert.x or Kubernetes client.
@NullMarked
package dev.sekisho.controlplane.clusterset;

import org.jspecify.annotations.NullMarked;
