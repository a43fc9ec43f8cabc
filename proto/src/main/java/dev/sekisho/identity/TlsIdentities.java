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
    /// `bundles`.
    ///
    /// @throws IOException naming the file and the reason, or the command that makes a CA when nothing is there
    public static TlsIdentity fromDirectory(Path directory, SpiffeId self, InstantSource clock, TrustBundles bundles)
            throws IOException {
        if (Files.exists(directory.resolve(AuthorityFiles.KEY))) {
            var authority = ClusterAuthority.load(directory, self.trustDomain(), clock);
            try {
                return issuedBy(authority, self.role(), clock, bundles);
            } catch (CertificateExpiredException e) {
                throw new IOException(directory.resolve(AuthorityFiles.CERTIFICATE) + ": " + e.getMessage(), e);
            }
        }
        if (FileIdentity.isIn(directory)) {
            return FileIdentity.read(directory, self, clock, bundles);
        }
        throw new IOException(directory + ": neither " + AuthorityFiles.KEY + " nor " + FileIdentity.CERTIFICATE
                + " is there; make a CA with: sekisho ca init --directory " + directory);
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
        var identity = new IssuedIdentity(authority, role, clock, bundles);
        bundles.replaceOwn(authority.bundle());
        return identity;
    }
}
