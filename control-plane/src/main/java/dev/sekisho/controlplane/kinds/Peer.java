package dev.sekisho.controlplane.kinds;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.time.Instant;
import java.util.Optional;

/// Another cluster that this one is linked with, by its cluster name. Whoever links clusters writes it; its status is
/// ours.
@Group("sekisho.dev")
@Version("v1alpha1")
@Categories("sekisho")
public final class Peer extends CustomResource<Peer.Spec, Peer.Status> {
    /// @param endpoint `host:port` of its public port; empty when it only dials us
    /// @param caBundle PEM certificates that vouch for its trust domain
    @ResourcePart
    public record Spec(Optional<String> endpoint, String caBundle) {}

    /// @param connected whether the two control planes are in touch
    /// @param lastHeardAt when anything last came from it; empty when never
    /// @param exports how many services it exports, as far as it has told
    /// @param problem why the link is down, in words for an operator; empty while it is up
    @ResourcePart
    public record Status(boolean connected, Optional<Instant> lastHeardAt, int exports, Optional<String> problem) {}
}
