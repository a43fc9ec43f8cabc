package dev.sekisho.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
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

    public Instant notBefore() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /// When two thirds of its life are over.
    public Instant renewAt() {
        return notBefore()
                .plus(Duration.between(notBefore(), notAfter()).multipliedBy(2).dividedBy(3));
    }

    @Override
    public String toString() {
        return "Leaf[" + id + ", until " + notAfter() + "]";
    }
}
