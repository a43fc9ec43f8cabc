package dev.sekisho.controlplane.peers.records;

/// How much of a peer is taken, and how much goes into one message.
///
/// @param recordsPerPeer how many exports of one peer are kept; more are refused
/// @param bytesPerPeer how large they may be together; more are refused
/// @param recordBytes how large one record may be
/// @param batchBytes how large one message gets before the next begins; a single record may exceed it
public record Bounds(int recordsPerPeer, int bytesPerPeer, int recordBytes, int batchBytes) {
    /// The largest message of gRPC that either end accepts, as vertx-grpc does unless told otherwise, which a
    /// client with a connection of its own cannot be. A larger one of ours travels in parts.
    public static final int MESSAGE_BYTES = 256 * 1024;

    /// How large a record an older version takes, which does not say so.
    public static final int UNSAID_RECORD_BYTES = 128 * 1024;

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
