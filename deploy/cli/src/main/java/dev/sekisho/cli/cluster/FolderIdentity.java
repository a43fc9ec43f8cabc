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
import java.util.stream.Stream;

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
        return Files.notExists(file(AuthorityPem.KEY)) && chains().noneMatch(Files::exists);
    }

    /// The certificates of our CAs, which peers are to believe.
    public Path authorities() {
        var shared = file(AuthorityPem.CERTIFICATES);
        var own = ownFolder(SpiffeId.Role.CONTROL_PLANE).resolve(LeafPem.AUTHORITIES);
        return Files.notExists(shared) && Files.exists(own) ? own : shared;
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
                : chains().filter(Files::exists)
                        .map(chain ->
                                "openssl x509 -noout -dates -ext subjectAltName -in " + Shell.quote(chain.toString()))
                        .toList();
    }

    /// Where certificates from outside may be: one for a program alone, or one for each.
    private Stream<Path> chains() {
        return Stream.concat(
                Stream.of(file(LeafPem.CHAIN)),
                Stream.of(SpiffeId.Role.values()).map(role -> ownFolder(role).resolve(LeafPem.CHAIN)));
    }

    private Path ownFolder(SpiffeId.Role role) {
        return TlsIdentities.ownFolder(settings.identityDirectory(), role);
    }

    private Path file(String name) {
        return settings.identityDirectory().resolve(name);
    }

    private String ours(String command) {
        return Shell.sekisho(command, settings.directory());
    }
}
