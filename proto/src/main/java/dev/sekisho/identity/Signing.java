package dev.sekisho.identity;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;

/// How a key of some algorithm signs.
final class Signing {
    private Signing() {}

    static String algorithmOf(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "EdDSA" -> "EdDSA";
            default -> throw new IllegalArgumentException("key must be EC, RSA or EdDSA, got " + key.getAlgorithm());
        };
    }

    /// Whether what `key` signs, `publicKey` verifies.
    static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        var challenge = new byte[32];
        new SecureRandom().nextBytes(challenge);
        try {
            var signer = Signature.getInstance(algorithmOf(key));
            signer.initSign(key);
            signer.update(challenge);
            var verifier = Signature.getInstance(algorithmOf(key));
            verifier.initVerify(publicKey);
            verifier.update(challenge);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false; // another algorithm or another curve
        }
    }
}
