package dev.sekisho.controlplane.admin;

import dev.sekisho.names.HostPort;
import java.util.Optional;

/// Where a control plane is asked how it is. Nobody is asked who they are there.
///
/// @param setting what the settings file calls `pages`, for an error
/// @param pages every page; they name services, peers and policies, so this belongs on loopback
/// @param probes `/healthz`, `/readyz` and `/metrics` once more, where whoever starts and watches programs reaches them
public record AdminListen(String setting, HostPort pages, Optional<HostPort> probes) {}
