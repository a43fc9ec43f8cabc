package dev.sekisho.controlplane.peers;

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

    /// @param recordsPerPeer how many exports of one peer are kept; more are refused
    /// @param bytesPerPeer how large they may be together; more are refused
    /// @param recordBytes how large one record may be
    /// @param batchBytes how large one message gets before the next begins; a single record may exceed it
    public record Bounds(int recordsPerPeer, int bytesPerPeer, int recordBytes, int batchBytes) {
        /// The largest message of gRPC that either end accepts, as vertx-grpc does unless told otherwise, which a
        /// client with a connection of its own cannot be. A larger one of ours travels in parts.
        static final int MESSAGE_BYTES = 256 * 1024;

        /// How large a record an older version takes, which does not say so.
        static final int UNSAID_RECORD_BYTES = 128 * 1024;

        public static final Bounds DEFAULT = new Bounds(10_000, 16 * 1024 * 1024, 1024 * 1024, 96 * 1024);

        private static final int LARGEST_RECORD = 8 * 1024 * 1024;

        public Bounds {
            if (recordsPerPeer < 1) {
                throw new IllegalArgumentException("recordsPerPeer must be at least 1, got " + recordsPerPeer);
            }
            if (recordBytes < 1024 || recordBytes > LARGEST_RECORD) {
                throw new IllegalArgumentException(
                        "recordBytes must be 1024 to " + LARGEST_RECORD + ", got " + recordBytes);
            }
            if (bytesPerPeer < recordBytes) {
                throw new IllegalArgumentException(
                        "bytesPerPeer must be at least recordBytes (" + recordBytes + "), got " + bytesPerPeer);
            }
            // An older version takes no message that is larger than this with a record of the largest that it takes.
            if (batchBytes < 256 || batchBytes > MESSAGE_BYTES - 1024 - UNSAID_RECORD_BYTES) {
                throw new IllegalArgumentException("batchBytes must be 256 to "
                        + (MESSAGE_BYTES - 1024 - UNSAID_RECORD_BYTES) + ", got " + batchBytes);
            }
        }
    }
}
