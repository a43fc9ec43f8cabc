package dev.sekisho.identity;

import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/// A leaf, its key, and the CAs of its trust domain, as text: what a Secret or a directory of somebody else's holds, in
/// the form that cert-manager writes. Never logged: [#toString] leaves everything out.
///
/// @param chain `tls.crt`: the leaf, then intermediates
/// @param key `tls.key`
/// @param authorities `ca.crt`
public record LeafPem(String chain, String key, String authorities) {
    public static final String CHAIN = "tls.crt";
    public static final String KEY = "tls.key";
    public static final String AUTHORITIES = "ca.crt";

    static LeafPem of(Leaf leaf, CaBundle authorities) {
        return new LeafPem(Pem.write(leaf.chain()), Pem.write(leaf.key()), authorities.pem());
    }

    /// Checks what a peer will check, with nobody but the authorities to believe.
    ///
    /// @throws IllegalArgumentException saying which of the three is wrong, `tls.crt: ...`, and never quoting a key
    public Leaf check(SpiffeId self, InstantSource clock) {
        var certificates = certificates(self);
        var leaf = new Leaf(self, certificates, leafKey(certificates.getFirst()));
        var own = new TrustBundles(self.trustDomain());
        own.replaceOwn(bundle(self.trustDomain()));
        var trust = new PeerTrust(own, clock);
        try {
            var shown = certificates.toArray(X509Certificate[]::new);
            trust.checkServerTrusted(shown, "UNKNOWN");
            trust.checkClientTrusted(shown, "UNKNOWN");
        } catch (CertificateException e) {
            throw wrong(CHAIN, e);
        }
        return leaf;
    }

    /// The CAs.
    ///
    /// @throws IllegalArgumentException as [#check] does
    CaBundle bundle(TrustDomain domain) {
        try {
            return CaBundle.parse(domain, authorities);
        } catch (IllegalArgumentException e) {
            throw wrong(AUTHORITIES, e);
        }
    }

    /// Whom a chain is for; nothing else of it is checked.
    static SpiffeId idOf(String chain) {
        try {
            var certificates = Pem.certificates(chain);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("no certificate in it");
            }
            return SpiffeId.of(certificates.getFirst());
        } catch (IllegalArgumentException | CertificateException e) {
            throw wrong(CHAIN, e);
        }
    }

    private List<X509Certificate> certificates(SpiffeId self) {
        var id = idOf(chain);
        if (!id.equals(self)) {
            throw new IllegalArgumentException(CHAIN + ": must be the certificate of " + self + ", got that of " + id);
        }
        return Pem.certificates(chain);
    }

    private PrivateKey leafKey(X509Certificate leaf) {
        try {
            var read = Pem.privateKey(key);
            if (!Signing.belongTogether(read, leaf.getPublicKey())) {
                throw new IllegalArgumentException("does not belong to the certificate in " + CHAIN);
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw wrong(KEY, e);
        }
    }

    private static IllegalArgumentException wrong(String part, Exception e) {
        return new IllegalArgumentException(part + ": " + e.getMessage(), e);
    }

    @Override
    public String toString() {
        return "LeafPem[...]"; // one of them is a key
    }
}
