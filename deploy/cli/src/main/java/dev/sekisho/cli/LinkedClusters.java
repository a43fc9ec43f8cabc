package dev.sekisho.cli;

import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.ClusterAuthority.Existing;
import java.nio.file.Path;
import java.util.Optional;

/// Links two standalone clusters whose folders are on the same machine: what `ca init` and `peer add` do by hand,
/// twice.
public final class LinkedClusters {
    private LinkedClusters() {}

    /// @param first holds a `cluster.yaml`, as `second` does
    /// @throws UserError when a folder holds a CA or that peer already
    public static void link(Path first, Path second) {
        var one = ClusterFolder.settings(first);
        var other = ClusterFolder.settings(second);
        CaCommand.init(one, Existing.REFUSE);
        CaCommand.init(other, Existing.REFUSE);
        PeerCommand.add(one, other.cluster(), Optional.of(other.publicEndpoint()), bundle(other), false);
        PeerCommand.add(other, one.cluster(), Optional.of(one.publicEndpoint()), bundle(one), false);
    }

    private static Path bundle(StandaloneSettings settings) {
        return settings.identityDirectory().resolve("ca.crt");
    }
}
