package dev.sekisho.gateway.feed;

import dev.sekisho.names.DnsNames;
import dev.sekisho.names.HostPort;
import java.nio.file.Path;
import java.time.Duration;

/// How a gateway follows its control plane.
///
/// @param controlPlane the feed's address
/// @param gateway what this gateway calls itself there: a DNS name, unique in the cluster
/// @param store the file the last route table is kept in
/// @param storeDelay the least pause between two writes of it, 0 s to 1 min
/// @param backOff first pause after a failure; doubles up to `maxBackOff`; 1 ms to 1 h
/// @param pingEvery a control plane that leaves this unanswered until the next one is gone; 10 ms to 10 min
/// @param maxUpdateBytes the longest update; a snapshot is one update; 64 KiB to 1 GiB
public record FeedSettings(
        HostPort controlPlane,
        String gateway,
        Path store,
        Duration storeDelay,
        Duration backOff,
        Duration maxBackOff,
        Duration pingEvery,
        int maxUpdateBytes) {
    public FeedSettings {
        if (!DnsNames.isSubdomain(gateway, 253)) {
            throw new IllegalArgumentException("feed.gateway must be a lower-case DNS name, got '" + gateway + "'");
        }
        requireBetween("feed.storeDelay", storeDelay, Duration.ZERO, Duration.ofMinutes(1));
        requireBetween("feed.backOff", backOff, Duration.ofMillis(1), Duration.ofHours(1));
        requireBetween("feed.maxBackOff", maxBackOff, backOff, Duration.ofHours(1));
        requireBetween("feed.pingEvery", pingEvery, Duration.ofMillis(10), Duration.ofMinutes(10));
        if (maxUpdateBytes < 64 << 10 || maxUpdateBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "feed.maxUpdateBytes must be 65536 to 1073741824, got " + maxUpdateBytes);
        }
    }

    public static FeedSettings defaults(HostPort controlPlane, String gateway, Path store) {
        return new FeedSettings(
                controlPlane,
                gateway,
                store,
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                64 << 20);
    }

    private static void requireBetween(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", got " + value);
        }
    }
}
