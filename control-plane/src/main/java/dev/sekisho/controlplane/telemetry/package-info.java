/// What is measured of the control plane.
///
/// Reading order: [dev.sekisho.controlplane.telemetry.ControlPlaneMeter] (every meter with its help),
/// [dev.sekisho.controlplane.telemetry.ControlPlaneMeters] (where they are kept). Peers measure their links themselves.
@NullMarked
package dev.sekisho.controlplane.telemetry;

import org.jspecify.annotations.NullMarked;
