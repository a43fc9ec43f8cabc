/// By which addresses and ports imports are reached in this cluster: out of pools of our own, or by a Service that the
/// cluster gives an address.
///
/// Reading order: [dev.sekisho.controlplane.clusterset.placement.ImportAddressing] (which of the two),
/// [dev.sekisho.controlplane.clusterset.placement.Placement] (what comes of it),
/// [dev.sekisho.controlplane.clusterset.placement.PoolPlacements],
/// [dev.sekisho.controlplane.clusterset.placement.ServicePlacements]. Pure, as everything in `clusterset`.
@NullMarked
package dev.sekisho.controlplane.clusterset.placement;

import org.jspecify.annotations.NullMarked;
