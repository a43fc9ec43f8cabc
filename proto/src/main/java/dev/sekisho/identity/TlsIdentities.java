package dev.sekisho.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.time.InstantSource;

/// Makes the identity that a program runs with.
public final class TlsIdentities {
    private TlsIdentities() {}

    /// What is in `directory` decides: `ca.key` and `ca.crt` issue leaves here; else `tls.crt`, `tls.key` and
    /// `ca.crt` come from outside and are read again when they change. Either way `ca.crt` becomes the own CAs of
    /// `bundles`. A certificate from outside is for one program only; where two share `directory`, each finds its
    /// three files in a folder of its own in it, which comes first: [#ownFolder].
    ///
    /// @throws IOException naming the file and the reason
    public static TlsIdentity fromDirectory(Path directory, SpiffeId self, InstantSource clock, TrustBundles bundles)
            throws IOException {
        var own = ownFolder(directory, self.role());
        if (FileIdentity.isIn(own)) {
            return FileIdentity.read(own, self, clock, bundles);
        }
        if (Files.exists(directory.resolve(AuthorityPem.KEY))) {
            var authority = ClusterAuthority.load(directory, self.trustDomain(), clock);
            try {
                return issuedBy(authority, self.role(), clock, bundles);
            } catch (CertificateExpiredException e) {
                throw new IOException(directory.resolve(AuthorityPem.CERTIFICATES) + ": " + e.getMessage(), e);
            }
        }
        if (FileIdentity.isIn(directory)) {
            return FileIdentity.read(directory, self, clock, bundles);
        }
        throw new IOException(directory + ": neither " + AuthorityPem.KEY + " nor " + LeafPem.CHAIN + " is there");
    }

    /// Where in `directory` one program has its files from outside when it shares that with the other: `gateway` or
    /// `control-plane`.
    public static Path ownFolder(Path directory, SpiffeId.Role role) {
        return directory.resolve(role.path());
    }

    /// Whom the certificate `tls.crt` in `directory` is for; nothing else of it is checked.
    ///
    /// @throws IOException naming the file and the reason
    public static SpiffeId idIn(Path directory) throws IOException {
        return FileIdentity.idIn(directory);
    }

    /// @param bundles get the authority's CAs as their own
    /// @throws CertificateExpiredException when the CA has expired
    public static TlsIdentity issuedBy(
            ClusterAuthority authority, SpiffeId.Role role, InstantSource clock, TrustBundles bundles)
            throws CertificateExpiredException {
        var identity = new IssuedIdentity(() -> authority, authority, role, clock, bundles);
        bundles.replaceOwn(authority.bundle());
        return identity;
    }

    /// As above; when the source has another CA, the next renewal goes over to it.
    ///
    /// @param bundles get the CAs of the source as their own
    /// @throws IOException when the source has none to be used
    public static TlsIdentity issuedBy(
            AuthoritySource source, SpiffeId.Role role, InstantSource clock, TrustBundles bundles) throws IOException {
        var authority = source.current();
        try {
            var identity = new IssuedIdentity(source, authority, role, clock, bundles);
            bundles.replaceOwn(authority.bundle());
            return identity;
        } catch (CertificateExpiredException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
