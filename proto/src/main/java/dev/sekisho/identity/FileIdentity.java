package dev.sekisho.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An identity that somebody else keeps fresh in a directory: `tls.crt` (leaf, then intermediates), `tls.key` and
/// `ca.crt`, as cert-manager writes them and as a pod has them from a Secret. What is read is taken as a whole or not
/// at
/// all.
final class FileIdentity implements TlsIdentity {
    static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    /// Of a Secret that is mounted into a pod: a link to the folder that really holds the files. Kubelet swaps it.
    private static final String MOUNTED = "..data";
    private static final Logger log = LoggerFactory.getLogger(FileIdentity.class);

    private final Path directory;
    private final SpiffeId self;
    private final InstantSource clock;
    private final TrustBundles bundles;
    private final X509ExtendedTrustManager trust;
    private final LiveLeaf live;
    private Texts accepted;
    private Optional<String> reported = Optional.empty();

    private FileIdentity(
            Path directory, SpiffeId self, InstantSource clock, TrustBundles bundles, Texts accepted, Leaf leaf) {
        this.directory = directory;
        this.self = self;
        this.clock = clock;
        this.bundles = bundles;
        this.trust = new PeerTrust(bundles, clock);
        this.live = new LiveLeaf(leaf);
        this.accepted = accepted;
    }

    static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(CERTIFICATE)) || Files.exists(directory.resolve(KEY));
    }

    static SpiffeId idIn(Path directory) throws IOException {
        var file = directory.resolve(CERTIFICATE);
        try {
            var chain = Pem.certificates(IdentityFile.read(file));
            if (chain.isEmpty()) {
                throw new IOException(file + ": no certificate in it");
            }
            return SpiffeId.of(chain.getFirst());
        } catch (IllegalArgumentException | CertificateException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /// @throws IOException naming the file and the reason
    static FileIdentity read(Path directory, SpiffeId self, InstantSource clock, TrustBundles bundles)
            throws IOException {
        var texts = Texts.read(directory);
        var read = texts.check(directory, self, clock);
        bundles.replaceOwn(read.authorities);
        return new FileIdentity(directory, self, clock, bundles, texts, read.leaf);
    }

    @Override
    public SpiffeId id() {
        return self;
    }

    @Override
    public Leaf leaf() {
        return live.current();
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
        return live.keys();
    }

    @Override
    public X509ExtendedTrustManager trustManager() {
        return trust;
    }

    @Override
    public synchronized Renewal renewIfDue() {
        try {
            var texts = Texts.read(directory);
            if (texts.equals(accepted)) {
                reported = Optional.empty();
                return new Renewal.NotDue();
            }
            var read = texts.check(directory, self, clock);
            bundles.replaceOwn(read.authorities);
            live.replace(read.leaf);
            accepted = texts;
            reported = Optional.empty();
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
        log.atInfo()
                .addKeyValue("id", self)
                .addKeyValue("until", leaf().notAfter())
                .log("Leaf renewed from its files");
        return new Renewal.Renewed(leaf().notAfter());
    }

    private Renewal failed(String reason) {
        // Asked every minute, it would say the same every minute.
        if (!reported.equals(Optional.of(reason))) {
            reported = Optional.of(reason);
            log.atWarn()
                    .addKeyValue("id", self)
                    .addKeyValue("reason", reason)
                    .addKeyValue("until", leaf().notAfter())
                    .log("New identity files not taken; the old leaf stays in use");
        }
        return new Renewal.Failed(reason);
    }

    @Override
    public void onRenewal(Runnable watcher) {
        live.watch(watcher);
    }

    private record Read(Leaf leaf, CaBundle authorities) {}

    /// What the files say, unchecked.
    private record Texts(String chain, String key, String authorities) {
        // All from one version of a mounted Secret: a certificate and the key of the next would not fit together.
        static Texts read(Path directory) throws IOException {
            var mounted = directory.resolve(MOUNTED);
            if (!Files.isSymbolicLink(mounted)) {
                return readAll(directory);
            }
            var version = mounted.toRealPath();
            try {
                return readAll(version);
            } catch (IOException e) {
                var newer = mounted.toRealPath();
                if (newer.equals(version)) {
                    throw e;
                }
                return readAll(newer); // the older one was cleared away meanwhile
            }
        }

        private static Texts readAll(Path directory) throws IOException {
            return new Texts(
                    IdentityFile.read(directory.resolve(CERTIFICATE)),
                    IdentityFile.read(directory.resolve(KEY)),
                    IdentityFile.read(directory.resolve(AuthorityFiles.CERTIFICATE)));
        }

        Read check(Path directory, SpiffeId self, InstantSource clock) throws IOException {
            var chain = leafChain(directory.resolve(CERTIFICATE), self);
            var leaf = new Leaf(self, chain, leafKey(directory, chain.getFirst()));
            var bundle = bundle(directory.resolve(AuthorityFiles.CERTIFICATE), self);
            // What a peer will check, checked here first, with nobody but ourselves to believe.
            var own = new TrustBundles(self.trustDomain());
            own.replaceOwn(bundle);
            var trust = new PeerTrust(own, clock);
            try {
                var shown = chain.toArray(X509Certificate[]::new);
                trust.checkServerTrusted(shown, "UNKNOWN");
                trust.checkClientTrusted(shown, "UNKNOWN");
            } catch (CertificateException e) {
                throw new IOException(directory.resolve(CERTIFICATE) + ": " + e.getMessage(), e);
            }
            return new Read(leaf, bundle);
        }

        private List<X509Certificate> leafChain(Path file, SpiffeId self) throws IOException {
            try {
                var read = Pem.certificates(chain);
                if (read.isEmpty()) {
                    throw new IOException(file + ": no certificate in it");
                }
                var id = SpiffeId.of(read.getFirst());
                if (!id.equals(self)) {
                    throw new IOException(file + ": must be the certificate of " + self + ", got that of " + id);
                }
                return read;
            } catch (IllegalArgumentException | CertificateException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }

        private PrivateKey leafKey(Path directory, X509Certificate leaf) throws IOException {
            var file = directory.resolve(KEY);
            try {
                var read = Pem.privateKey(key);
                if (!Signing.belongTogether(read, leaf.getPublicKey())) {
                    throw new IOException(file + ": does not belong to the certificate in " + CERTIFICATE);
                }
                return read;
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }

        private CaBundle bundle(Path file, SpiffeId self) throws IOException {
            try {
                return CaBundle.parse(self.trustDomain(), authorities);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }

        @Override
        public String toString() {
            return "Texts[...]"; // one of them is a key
        }
    }
}
