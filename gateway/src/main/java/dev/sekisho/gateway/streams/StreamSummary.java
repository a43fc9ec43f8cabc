package dev.sekisho.gateway.streams;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import java.time.Duration;
import java.util.Optional;

/// What is told of a stream when it has ended: the fields of its log line.
///
/// @param id the same on both ends of a stream that crossed
/// @param callerCluster empty when the caller is unknown
/// @param callerPod empty when the caller is unknown
/// @param callerAddress the pod's own address, as the side that saw it wrote it down
/// @param destination the cluster that was tried last; empty when none was
/// @param backend `address:port`, empty when none was connected
/// @param sentBytes from the caller to the backend
/// @param receivedBytes from the backend to the caller
/// @param openTime from accept until a backend was connected; empty when none was
/// @param duration from accept to the end
/// @param policyVersion the rules that judged it last
/// @param audited the denial that was only told, as the policies are not enforced; empty when there was none
public record StreamSummary(
        String id,
        StreamSide side,
        Optional<ClusterName> callerCluster,
        Optional<PodName> callerPod,
        String callerAddress,
        ServiceName service,
        PortKey port,
        Optional<ClusterName> destination,
        String backend,
        long sentBytes,
        long receivedBytes,
        Optional<Duration> openTime,
        Duration duration,
        String policyVersion,
        Optional<Audited> audited,
        StreamOutcome outcome) {
    /// @param why for the operator
    public record Audited(Direction by, String why) {}
}
