package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.names.HostPort;
import java.time.Duration;

/// How peers are listened for, dialled and bounded.
///
/// @param listen where peers reach us, behind the cluster's public port
public record SyncSettings(HostPort listen, Timing timing, Bounds bounds) {
    public static SyncSettings listeningOn(HostPort listen) {
        return new SyncSettings(listen, Timing.DEFAULT, Bounds.DEFAULT);
    }

    /// @param heartbeat how often each side says it is alive; three of them without a word end a stream
    /// @param yieldToPeer how long the cluster with the greater name waits to be dialled before it dials itself
    /// @param shortestRetry the first pause between two dials; doubled after each failure
    /// @param longestRetry where doubling ends
    /// @param dial how long one dial, TLS included, may take
    /// @param answer how long a peer may take to answer a question
    public record Timing(
            Duration heartbeat,
            Duration yieldToPeer,
            Duration shortestRetry,
            Duration longestRetry,
            Duration dial,
            Duration answer) {
        /// Well below the time after which a connection counts as idle.
        private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(20);

        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofMillis(200),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2));

        public Timing {
            requirePositive("heartbeat", heartbeat);
            if (heartbeat.compareTo(LONGEST_HEARTBEAT) > 0) {
                throw new IllegalArgumentException(
                        "heartbeat must be at most " + LONGEST_HEARTBEAT + ", got " + heartbeat);
            }
            requirePositive("yieldToPeer", yieldToPeer);
            requirePositive("shortestRetry", shortestRetry);
            requirePositive("dial", dial);
            requirePositive("answer", answer);
            if (longestRetry.compareTo(shortestRetry) < 0) {
                throw new IllegalArgumentException(
                        "longestRetry must be at least shortestRetry (" + shortestRetry + "), got " + longestRetry);
            }
        }

        private static void requirePositive(String name, Duration value) {
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException(name + " must be at least 1 ms, got " + value);
            }
        }
    }
}
