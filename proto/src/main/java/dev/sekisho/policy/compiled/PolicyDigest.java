package dev.sekisho.policy.compiled;

import com.google.common.hash.Hashing;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.codec.PolicyCodec;
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
        return Hashing.sha256()
                .hashString(text, StandardCharsets.UTF_8)
                .toString()
                .substring(0, VERSION_CHARACTERS);
    }
}
