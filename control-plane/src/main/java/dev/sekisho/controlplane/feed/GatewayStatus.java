package dev.sekisho.controlplane.feed;

import dev.sekisho.names.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How far a connected gateway has followed.
///
/// @param acknowledgedVersion 0 before the first acknowledgement
/// @param owesSince when the update that it has not acknowledged yet was sent; empty when it owes none
/// @param problems what it could not put in force of the acknowledged version
/// @param listenerProblems those that are about a listener, by import
public record GatewayStatus(
        String gateway,
        Instant connectedSince,
        long acknowledgedVersion,
        Optional<Instant> owesSince,
        List<String> problems,
        Map<ServiceName, List<String>> listenerProblems) {
    public GatewayStatus {
        problems = List.copyOf(problems);
        listenerProblems = Map.copyOf(listenerProblems);
    }
}
