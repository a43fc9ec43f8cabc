package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/// A moment as a message carries it.
public final class WireTime {
    private WireTime() {}

    public static Timestamp of(Instant moment) {
        return Timestamp.newBuilder()
                .setSeconds(moment.getEpochSecond())
                .setNanos(moment.getNano())
                .build();
    }

    static Instant parse(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
