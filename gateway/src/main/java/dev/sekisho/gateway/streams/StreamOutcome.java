package dev.sekisho.gateway.streams;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;

/// How a stream ended. Every ending has exactly one name in logs, metrics and the admin page.
public sealed interface StreamOutcome {
    /// Both directions ended with the end of their bytes.
    record Completed() implements StreamOutcome {}

    /// Policy denies it: [Direction#EGRESS] on the caller's side, [Direction#INGRESS] on the callee's.
    ///
    /// @param why for the operator; never shown to the client
    record Refused(Direction by, String why) implements StreamOutcome {}

    /// @param address belongs to no pod of this cluster
    record UnknownCaller(String address) implements StreamOutcome {}

    /// A peer's lane tried to speak for a cluster that is not its own.
    record ForgedCaller(String claimed, ClusterName lane) implements StreamOutcome {}

    record NotExported(ServiceName service, PortKey port) implements StreamOutcome {}

    /// Exported, but nowhere is an endpoint ready.
    record NoEndpoint(ServiceName service, PortKey port) implements StreamOutcome {}

    /// Every endpoint that may be called failed to accept a connection.
    record BackendUnreachable(String why) implements StreamOutcome {}

    record PeerUnreachable(ClusterName peer, String why) implements StreamOutcome {}

    /// It gave no sign of life after it was sent what the client said, which therefore goes nowhere else.
    record PeerSilent(ClusterName peer, String why) implements StreamOutcome {}

    record LaneLost(ClusterName peer, String why) implements StreamOutcome {}

    record ClientReset() implements StreamOutcome {}

    record BackendReset() implements StreamOutcome {}

    /// A change of the rules ended a stream that was open.
    record PolicyChanged(Direction by, String why) implements StreamOutcome {}

    /// This gateway, or the peer's, is going down.
    record Draining() implements StreamOutcome {}

    /// @param limit which bound was reached
    record Overloaded(String limit) implements StreamOutcome {}

    /// The peer asked for something that makes no sense, such as a name that is none.
    record BadRequest(String why) implements StreamOutcome {}

    /// The name in logs, metrics and on the admin page.
    default String label() {
        return switch (this) {
            case Completed _ -> "completed";
            case Refused _ -> "refused";
            case UnknownCaller _ -> "unknown_caller";
            case ForgedCaller _ -> "forged_caller";
            case NotExported _ -> "not_exported";
            case NoEndpoint _ -> "no_endpoint";
            case BackendUnreachable _ -> "backend_unreachable";
            case PeerUnreachable _ -> "peer_unreachable";
            case PeerSilent _ -> "peer_silent";
            case LaneLost _ -> "lane_lost";
            case ClientReset _ -> "client_reset";
            case BackendReset _ -> "backend_reset";
            case PolicyChanged _ -> "policy_changed";
            case Draining _ -> "draining";
            case Overloaded _ -> "overloaded";
            case BadRequest _ -> "bad_request";
        };
    }

    /// One sentence for the operator: what was the matter and, where it helps, what to do. Empty when it all went well.
    default String explanation() {
        return switch (this) {
            case Completed _ -> "";
            case Refused(Direction by, String why) -> "denied by " + side(by) + ": " + why;
            case UnknownCaller(String address) ->
                address
                        + " is the address of no pod of this cluster; add a Pod with this podIP, or find out who uses"
                        + " it";
            case ForgedCaller(String claimed, ClusterName lane) ->
                "the gateway of cluster " + lane + " claimed to speak for cluster '" + claimed + "'";
            case NotExported(ServiceName service, PortKey port) -> "no cluster exports port " + port + " of " + service;
            case NoEndpoint(ServiceName service, PortKey port) ->
                "no endpoint of " + service + " is ready on port " + port;
            case BackendUnreachable(String why) -> why;
            case PeerUnreachable(ClusterName peer, String why) -> "no lane to cluster " + peer + ": " + why;
            case PeerSilent(ClusterName peer, String why) ->
                "cluster " + peer + " gave " + why
                        + "; whether a backend there has had the client's bytes is not known";
            case LaneLost(ClusterName peer, String why) -> "the lane to cluster " + peer + " was lost: " + why;
            case ClientReset _ -> "the client reset the connection";
            case BackendReset _ -> "the backend reset the connection";
            case PolicyChanged(Direction by, String why) -> "no longer allowed by " + side(by) + ": " + why;
            case Draining _ -> "the gateway is shutting down";
            case Overloaded(String limit) -> limit + " is reached";
            case BadRequest(String why) -> why;
        };
    }

    private static String side(Direction by) {
        return by == Direction.EGRESS ? "egress policy of the caller" : "ingress policy of the callee";
    }
}
