package dev.sekisho.identity;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/// A [ClusterAuthority] on disk: `ca.key` and `ca.crt` of one directory.
final class AuthorityFiles {
    private AuthorityFiles() {}

    static ClusterAuthority load(Path directory, TrustDomain domain, InstantSource clock) throws IOException {
        var key = IdentityFile.read(directory.resolve(AuthorityPem.KEY));
        var certificates = IdentityFile.read(directory.resolve(AuthorityPem.CERTIFICATES));
        try {
            return ClusterAuthority.parse(new AuthorityPem(certificates, key), domain, clock);
        } catch (IllegalArgumentException e) {
            throw new IOException(directory + "/" + e.getMessage(), e);
        }
    }

    static void save(Path directory, AuthorityPem pem, ClusterAuthority.Existing existing) throws IOException {
        var keyFile = directory.resolve(AuthorityPem.KEY);
        var certificateFile = directory.resolve(AuthorityPem.CERTIFICATES);
        if (existing == ClusterAuthority.Existing.REFUSE) {
            refuseExisting(keyFile);
            refuseExisting(certificateFile);
        }
        Files.createDirectories(directory);
        IdentityFile.write(keyFile, pem.key(), "rw-------");
        try {
            IdentityFile.write(certificateFile, pem.certificates(), "rw-r--r--");
        } catch (IOException e) {
            // A key without its certificate is of no use, and would look like a CA.
            Files.deleteIfExists(keyFile);
            throw e;
        }
    }

    private static void refuseExisting(Path file) throws FileAlreadyExistsException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(
                    file.toString(), null, "a CA is there already; peers that trust it would not trust a new one");
        }
    }
}
