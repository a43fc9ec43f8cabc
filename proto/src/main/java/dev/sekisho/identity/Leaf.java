package dev.sekisho.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// A leaf certificate with its private key. Never logged: [#toString] leaves the key out.
///
/// @param chain the leaf first, then intermediates; the CA itself is not in it
public record Leaf(SpiffeId id, List<X509Certificate> chain, PrivateKey key) {
    public Leaf {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a leaf needs its certificate");
        }
    }

    public Instant notAfter() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "Leaf[" + id + ", until " + notAfter() + "]";
    }
}
