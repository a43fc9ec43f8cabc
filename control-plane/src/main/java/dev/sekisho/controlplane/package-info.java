/// The control plane of one cluster: what it sees, what its peers export, and what follows for gateways, peers and the
/// cluster itself.
///
/// Reading order: [dev.sekisho.controlplane.ControlPlane] (everything, wired in one place), then `reconcile` (what
/// happens when something changes) and `clusterset` (what is decided).
@NullMarked
package dev.sekisho.controlplane;

import org.jspecify.annotations.NullMarked;
