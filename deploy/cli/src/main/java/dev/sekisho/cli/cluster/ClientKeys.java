package dev.sekisho.cli.cluster;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The key of a kubeconfig's user, in the only forms that the client reads: it takes the first block of a PEM text for
/// the key, and every key in PKCS#8 for an RSA one unless it is told.
final class ClientKeys {
    private static final Pattern KEY_BLOCK =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[^-]+-----END \\1-----\\n?", Pattern.DOTALL);
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private ClientKeys() {}

    /// Makes the client understand the key, if there is one.
    static void prepare(Config config) {
        algorithm(config).ifPresent(config::setClientKeyAlgo);
        pem(config)
                .flatMap(ClientKeys::keyAlone)
                .ifPresent(key -> config.setClientKeyData(
                        Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.US_ASCII))));
    }

    /// `openssl ecparam -genkey` writes the curve in a block of its own before the key, which repeats it.
    ///
    /// @return empty when nothing stands around the key
    private static Optional<String> keyAlone(String pem) {
        var block = KEY_BLOCK.matcher(pem);
        return block.find() && !block.group().strip().equals(pem.strip())
                ? Optional.of(block.group())
                : Optional.empty();
    }

    /// @return empty when there is no key, or one whose own header names its kind
    static Optional<String> algorithm(Config config) {
        return pem(config).flatMap(ClientKeys::ofPkcs8);
    }

    static Optional<String> ofPkcs8(String pem) {
        var block = PKCS8.matcher(pem);
        if (!block.find()) {
            return Optional.empty();
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        var key = new PKCS8EncodedKeySpec(der);
        return ALGORITHMS.stream().filter(algorithm -> isOf(algorithm, key)).findFirst();
    }

    private static boolean isOf(String algorithm, PKCS8EncodedKeySpec key) {
        try {
            KeyFactory.getInstance(algorithm).generatePrivate(key);
            return true;
        } catch (NoSuchAlgorithmException | InvalidKeySpecException _) {
            return false;
        }
    }

    private static Optional<String> pem(Config config) {
        try {
            if (config.getClientKeyData() != null) {
                return Optional.of(new String(
                        Base64.getMimeDecoder().decode(config.getClientKeyData()), StandardCharsets.US_ASCII));
            }
            return config.getClientKeyFile() == null
                    ? Optional.empty()
                    : Optional.of(Files.readString(Path.of(config.getClientKeyFile())));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty(); // the client says it better when it reads it
        }
    }
}
