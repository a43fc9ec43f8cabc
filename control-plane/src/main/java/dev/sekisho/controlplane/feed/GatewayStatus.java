package dev.sekisho.controlplane.feed;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far a connected gateway has followed.
///
/// @param acknowledgedVersion 0 before the first acknowledgement
/// @param owesSince when the update that it has not acknowledged yet was sent; empty when it owes none
/// @param problems what it could not put in force of the acknowledged version
public record GatewayStatus(
        String gateway,
        Instant connectedSince,
        long acknowledgedVersion,
        Optional<Instant> owesSince,
        List<String> problems) {
    public GatewayStatus {
        problems = List.copyOf(problems);
    }
}
