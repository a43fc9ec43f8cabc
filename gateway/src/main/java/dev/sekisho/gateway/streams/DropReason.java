package dev.sekisho.gateway.streams;

import java.util.Locale;

/// Why a datagram that had arrived went no further.
public enum DropReason {
    /// It waited for a way on, and newer ones took its place or its flow ended.
    QUEUE,
    /// Its caller was turned away.
    TURNED_AWAY,
    /// It is longer than what can be carried.
    TOO_LONG;

    /// The name in logs and metrics.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
