package dev.sekisho.cli.cluster;

import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.AuthorityPem;
import dev.sekisho.identity.LeafPem;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentities;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// What tells a standalone cluster's programs who they are: the files of its identity directory.
public final class FolderIdentity {
    private final StandaloneSettings settings;

    public FolderIdentity(StandaloneSettings settings) {
        this.settings = settings;
    }

    /// @param bundles get the cluster's own CAs
    /// @throws IOException when the files are not there or cannot be used; see [#mend]
    public TlsIdentity of(SpiffeId.Role role, InstantSource clock, TrustBundles bundles) throws IOException {
        var self = new SpiffeId(settings.cluster(), settings.clusterSet(), role);
        return TlsIdentities.fromDirectory(settings.identityDirectory(), self, clock, bundles);
    }

    public TrustDomain domain() {
        return new TrustDomain(settings.cluster(), settings.clusterSet());
    }

    /// Whether nothing was ever put there, so that a CA can be made.
    public boolean isMissing() {
        return Files.notExists(file(AuthorityPem.KEY)) && Files.notExists(file(LeafPem.CHAIN));
    }

    /// The commands that make the files usable, or at least show what is the matter with them.
    public List<String> mend(IOException failure) {
        if (isMissing()) {
            return List.of(ours("ca init"));
        }
        if (failure instanceof AccessDeniedException || !Files.isReadable(settings.identityDirectory())) {
            return List.of("ls -la " + Shell.quote(settings.identityDirectory().toString()));
        }
        return Files.exists(file(AuthorityPem.KEY))
                ? List.of(ours("ca init --force"), ours("ca show") + "   # for every peer again")
                : List.of("openssl x509 -noout -dates -ext subjectAltName -in "
                        + Shell.quote(file(LeafPem.CHAIN).toString()));
    }

    private Path file(String name) {
        return settings.identityDirectory().resolve(name);
    }

    private String ours(String command) {
        return Shell.sekisho(command, settings.directory());
    }
}
