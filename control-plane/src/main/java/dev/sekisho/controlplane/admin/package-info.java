/// What an operator asks the control plane over HTTP: metrics, health, readiness, status, and why a call is or is not
/// allowed. On a loopback address unless told otherwise, because it asks nobody who they are.
///
/// Reading order: [dev.sekisho.controlplane.admin.AdminServer], [dev.sekisho.controlplane.admin.StatusPage],
/// `ExplainPage`.
@NullMarked
package dev.sekisho.controlplane.admin;

import org.jspecify.annotations.NullMarked;
