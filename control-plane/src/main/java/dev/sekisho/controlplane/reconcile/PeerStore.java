package dev.sekisho.controlplane.reconcile;

import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Where it is kept what each peer exports, so that a restart while a peer is down withdraws nothing. Its methods block
/// and are called off the event loop, one at a time.
public interface PeerStore {
    /// @return empty when nothing was kept, or what was kept is damaged: either way it is unknown
    /// @throws IOException when it cannot be read at the moment
    Optional<HeldExports> load(ClusterName peer) throws IOException;

    /// Replaces what is kept as a whole: a crash leaves the old or the new, never a mixture.
    void save(ClusterName peer, HeldExports exports) throws IOException;

    /// Forgets every peer that is not in `peers`.
    void retain(Set<ClusterName> peers) throws IOException;

    /// `changed` is called, on any thread, for every peer of which another replica of this control plane has saved
    /// something new. Nobody else saves in a folder of one program's own.
    default void onChange(Consumer<ClusterName> changed) {}
}
