package dev.sekisho.cli;

import dev.sekisho.cli.cluster.FolderMember;
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
        add(one, other);
        add(other, one);
    }

    private static void add(StandaloneSettings here, StandaloneSettings there) {
        PeerAddCommand.add(
                new FolderMember(here),
                there.cluster(),
                Optional.of(there.publicEndpoint()),
                there.identityDirectory().resolve("ca.crt"),
                false);
    }
}
