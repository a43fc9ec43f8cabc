package dev.sekisho.controlplane;

import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.names.HostPort;

/// What a control plane must be told before it starts.
///
/// @param rules who we are and how imports appear here
/// @param feed where gateways of this cluster get their routes
/// @param admin where it is asked how it is
public record ControlPlaneSettings(Rules rules, HostPort feed, AdminListen admin) {}
