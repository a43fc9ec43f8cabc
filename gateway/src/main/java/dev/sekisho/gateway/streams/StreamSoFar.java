package dev.sekisho.gateway.streams;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import java.time.Duration;
import java.util.Optional;

/// What is known of a stream that is still open. The fields are those of the [StreamSummary] it will be.
///
/// @param callerCluster empty while the caller is not known
/// @param callerPod empty while the caller is not known
/// @param destination empty before a cluster has been tried
/// @param sentBytes from the caller to the backend
/// @param receivedBytes from the backend to the caller
/// @param duration since accept
public record StreamSoFar(
        String id,
        StreamSide side,
        Optional<ClusterName> callerCluster,
        Optional<PodName> callerPod,
        String callerAddress,
        ServiceName service,
        PortKey port,
        Optional<ClusterName> destination,
        long sentBytes,
        long receivedBytes,
        Duration duration) {}
