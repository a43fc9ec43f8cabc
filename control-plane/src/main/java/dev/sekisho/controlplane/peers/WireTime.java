package dev.sekisho.controlplane.peers;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/// A moment as a message carries it.
final class WireTime {
    private WireTime() {}

    static Timestamp of(Instant moment) {
        return Timestamp.newBuilder()
                .setSeconds(moment.getEpochSecond())
                .setNanos(moment.getNano())
                .build();
    }

    static Instant parse(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
