package dev.sekisho.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Offers the current leaf to every handshake. An alias is the leaf's fingerprint, and the leaf before stays known:
/// a handshake that chose it just before a renewal still gets a chain and a key that belong together, and an engine
/// that caches by alias never shows an old one. Any thread.
final class LeafKeys extends X509ExtendedKeyManager {
    private volatile Leaves leaves;

    LeafKeys(Leaf leaf) {
        leaves = new Leaves(new Named(leaf), Optional.empty());
    }

    Leaf current() {
        return leaves.current.leaf;
    }

    synchronized void replace(Leaf leaf) {
        leaves = new Leaves(new Named(leaf), Optional.of(leaves.current));
    }

    private record Named(String alias, Leaf leaf) {
        Named(Leaf leaf) {
            this(CaBundle.fingerprint(leaf.chain().getFirst()), leaf);
        }
    }

    private record Leaves(Named current, Optional<Named> previous) {
        Optional<Leaf> find(String alias) {
            return Stream.concat(Stream.of(current), previous.stream())
                    .filter(named -> named.alias.equals(alias))
                    .map(Named::leaf)
                    .findFirst();
        }
    }

    /// @param keyTypes `EC`, `RSA`, ...; OpenSSL's names append how the certificate is signed, as in `EC_RSA`
    private @Nullable String choose(String... keyTypes) {
        var current = leaves.current;
        var algorithm = current.leaf.key().getAlgorithm();
        return Stream.of(keyTypes).anyMatch(type -> type.equals(algorithm) || type.startsWith(algorithm + "_"))
                ? current.alias
                : null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return leaves.find(alias)
                .map(leaf -> leaf.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return leaves.find(alias).map(Leaf::key).orElse(null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        var alias = choose(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return getClientAliases(keyType, issuers);
    }
}
