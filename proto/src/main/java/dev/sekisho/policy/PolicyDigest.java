package dev.sekisho.policy;

import com.google.common.hash.Hashing;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/// What policies say, as a number: the sum of the digests of each, so that it does not depend on their order, and one
/// policy more or less is one addition.
///
/// @param sum modulo 2^128
record PolicyDigest(BigInteger sum) {
    static final PolicyDigest NONE = new PolicyDigest(BigInteger.ZERO);

    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);
    private static final int POLICY_CHARACTERS = 128 / 4;
    private static final int VERSION_CHARACTERS = 12;

    static PolicyDigest of(Policy policy) {
        return new PolicyDigest(new BigInteger(PolicyCodec.digest(policy), 16));
    }

    PolicyDigest plus(PolicyDigest other) {
        return new PolicyDigest(sum.add(other.sum).mod(MODULUS));
    }

    PolicyDigest minus(PolicyDigest other) {
        return new PolicyDigest(sum.subtract(other.sum).mod(MODULUS));
    }

    /// The short digest, in hexadecimal, of policies in their surroundings.
    String versionIn(PolicyScope scope) {
        var text = new StringBuilder(sum.toString(16))
                .append('\n')
                .append(scope.cluster())
                .append('\n')
                .append(scope.mode());
        new TreeMap<>(scope.namespaceModes())
                .forEach((namespace, mode) ->
                        text.append('\n').append(namespace).append('=').append(mode));
        new TreeMap<>(scope.memberLabels()).forEach((member, labels) -> {
            text.append("\n/").append(member);
            new TreeMap<>(labels)
                    .forEach((key, value) ->
                            text.append('\n').append(key).append('=').append(value));
        });
        return sha256(text.toString().getBytes(StandardCharsets.UTF_8)).substring(0, VERSION_CHARACTERS);
    }

    /// The first 32 hexadecimal digits of a policy's SHA-256.
    ///
    /// @param policy without its digest
    static String of(MessageLite policy) {
        var bytes = new byte[policy.getSerializedSize()];
        var output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization(); // map entries in key order
        try {
            policy.writeTo(output);
            output.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return sha256(bytes).substring(0, POLICY_CHARACTERS);
    }

    private static String sha256(byte[] bytes) {
        return Hashing.sha256().hashBytes(bytes).toString();
    }
}
