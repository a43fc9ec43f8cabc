package dev.sekisho.identity;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.InstantSource;

/// A [ClusterAuthority] on disk: `ca.key` and `ca.crt` of one directory.
final class AuthorityFiles {
    static final String KEY = "ca.key";
    static final String CERTIFICATE = "ca.crt";

    private AuthorityFiles() {}

    static ClusterAuthority load(Path directory, TrustDomain domain, InstantSource clock) throws IOException {
        var keyFile = directory.resolve(KEY);
        var certificateFile = directory.resolve(CERTIFICATE);
        var keyText = IdentityFile.read(keyFile);
        var bundle = bundle(certificateFile, domain);
        PrivateKey key;
        try {
            key = Pem.privateKey(keyText);
        } catch (IllegalArgumentException e) {
            throw new IOException(keyFile + ": " + e.getMessage(), e);
        }
        var certificate = bundle.certificates().stream()
                .filter(candidate -> Signing.belongTogether(key, candidate.getPublicKey()))
                .findFirst()
                .orElseThrow(() -> new IOException(keyFile + ": does not belong to the certificate in "
                        + certificateFile + "; restore the pair from one backup, or make a new CA and link again"));
        return new ClusterAuthority(domain, certificate, bundle, key, clock);
    }

    static CaBundle bundle(Path file, TrustDomain domain) throws IOException {
        var text = IdentityFile.read(file);
        try {
            return CaBundle.parse(domain, text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    static void save(Path directory, CaBundle bundle, PrivateKey key, ClusterAuthority.Existing existing)
            throws IOException {
        var keyFile = directory.resolve(KEY);
        var certificateFile = directory.resolve(CERTIFICATE);
        if (existing == ClusterAuthority.Existing.REFUSE) {
            refuseExisting(keyFile);
            refuseExisting(certificateFile);
        }
        Files.createDirectories(directory);
        IdentityFile.write(keyFile, Pem.write(key), "rw-------");
        try {
            IdentityFile.write(certificateFile, bundle.pem(), "rw-r--r--");
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
