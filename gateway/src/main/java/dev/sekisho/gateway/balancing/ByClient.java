package dev.sekisho.gateway.balancing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/// Orders candidates for the calls of one client by a hash of both (rendezvous hashing): every gateway finds the same
/// order, and knows nothing but the candidates for it. When one of n candidates goes, only its own clients go
/// elsewhere, each to the next in its order; when it comes back, so do they.
public final class ByClient {
    /// Gateways of different versions work side by side, so another function would tear clients from their endpoints.
    private static final HashFunction HASH = Hashing.murmur3_128();

    private ByClient() {}

    /// @param key what stays the same about a candidate, and tells it from the others
    /// @return all candidates, the one to try first at the front, whatever their order was
    public static <T> List<T> order(List<T> candidates, InetAddress client, Function<? super T, String> key) {
        record Scored<T>(T candidate, long score, String key) {}
        return candidates.stream()
                .map(candidate -> {
                    var text = key.apply(candidate);
                    return new Scored<>(candidate, score(client, text), text);
                })
                .sorted(Comparator.<Scored<T>>comparingLong(Scored::score)
                        .reversed()
                        .thenComparing(Scored::key))
                .map(Scored::candidate)
                .toList();
    }

    private static long score(InetAddress client, String key) {
        return HASH.newHasher()
                .putBytes(client.getAddress())
                .putString(key, UTF_8)
                .hash()
                .asLong();
    }
}
