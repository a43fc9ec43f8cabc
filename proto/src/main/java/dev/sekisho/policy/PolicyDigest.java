package dev.sekisho.policy;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/// Short SHA-256 digests, in hexadecimal, of what policies say.
final class PolicyDigest {
    private static final int SET_CHARACTERS = 12;
    private static final int POLICY_CHARACTERS = 32;

    private PolicyDigest() {}

    /// The same for the same policies in any order.
    static String of(Collection<Policy> policies) {
        var sha256 = sha256();
        policies.stream()
                .map(policy -> PolicyCodec.toWire(policy).getDigest())
                .sorted()
                .forEach(digest -> sha256.update(digest.getBytes(StandardCharsets.US_ASCII)));
        return hex(sha256, SET_CHARACTERS);
    }

    /// @param policy without its digest
    static String of(dev.sekisho.policy.v1.Policy policy) {
        var bytes = new byte[policy.getSerializedSize()];
        var output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization(); // map entries in key order
        try {
            policy.writeTo(output);
            output.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        var sha256 = sha256();
        sha256.update(bytes);
        return hex(sha256, POLICY_CHARACTERS);
    }

    private static String hex(MessageDigest digest, int characters) {
        return HexFormat.of().formatHex(digest.digest()).substring(0, characters);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
