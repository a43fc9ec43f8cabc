package dev.sekisho.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An identity that somebody else keeps fresh in a directory: `tls.crt` (leaf, then intermediates), `tls.key` and
/// `ca.crt`, as cert-manager writes them and as a pod has them from a Secret. What is read is taken as a whole or not
/// at all.
final class FileIdentity implements TlsIdentity {
    /// Of a Secret that is mounted into a pod: a link to the folder that really holds the files. Kubelet swaps it.
    private static final String MOUNTED = "..data";
    private static final Logger log = LoggerFactory.getLogger(FileIdentity.class);

    private final Path directory;
    private final SpiffeId self;
    private final InstantSource clock;
    private final TrustBundles bundles;
    private final X509ExtendedTrustManager trust;
    private final LiveLeaf live;
    private LeafPem accepted;
    private Optional<String> reported = Optional.empty();

    private FileIdentity(
            Path directory, SpiffeId self, InstantSource clock, TrustBundles bundles, LeafPem accepted, Leaf leaf) {
        this.directory = directory;
        this.self = self;
        this.clock = clock;
        this.bundles = bundles;
        this.trust = new PeerTrust(bundles, clock);
        this.live = new LiveLeaf(leaf);
        this.accepted = accepted;
    }

    static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(LeafPem.CHAIN)) || Files.exists(directory.resolve(LeafPem.KEY));
    }

    static SpiffeId idIn(Path directory) throws IOException {
        var text = IdentityFile.read(directory.resolve(LeafPem.CHAIN));
        try {
            return LeafPem.idOf(text);
        } catch (IllegalArgumentException e) {
            throw wrong(directory, e);
        }
    }

    /// @throws IOException naming the file and the reason
    static FileIdentity read(Path directory, SpiffeId self, InstantSource clock, TrustBundles bundles)
            throws IOException {
        var texts = texts(directory);
        var read = check(texts, directory, self, clock);
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
            var texts = texts(directory);
            if (texts.equals(accepted)) {
                reported = Optional.empty();
                return new Renewal.NotDue();
            }
            var read = check(texts, directory, self, clock);
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
                .log("The certificate was renewed from its files");
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
                    .log("New identity files were not taken; the old certificate stays in use");
        }
        return new Renewal.Failed(reason);
    }

    @Override
    public void onRenewal(Runnable watcher) {
        live.watch(watcher);
    }

    private record Read(Leaf leaf, CaBundle authorities) {}

    private static Read check(LeafPem texts, Path directory, SpiffeId self, InstantSource clock) throws IOException {
        try {
            return new Read(texts.check(self, clock), texts.bundle(self.trustDomain()));
        } catch (IllegalArgumentException e) {
            throw wrong(directory, e);
        }
    }

    private static IOException wrong(Path directory, IllegalArgumentException e) {
        return new IOException(directory + "/" + e.getMessage(), e);
    }

    // All from one version of a mounted Secret: a certificate and the key of the next would not fit together.
    private static LeafPem texts(Path directory) throws IOException {
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

    private static LeafPem readAll(Path directory) throws IOException {
        return new LeafPem(
                IdentityFile.read(directory.resolve(LeafPem.CHAIN)),
                IdentityFile.read(directory.resolve(LeafPem.KEY)),
                IdentityFile.read(directory.resolve(LeafPem.AUTHORITIES)));
    }
}
