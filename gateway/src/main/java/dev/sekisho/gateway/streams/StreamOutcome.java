package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import java.util.Optional;

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

    /// A bound of this gateway was reached.
    record Overloaded(Bound bound) implements StreamOutcome {}

    /// A bound of the lanes to that peer was reached before the stream could have one.
    record NoFreeLane(ClusterName peer, Bound bound) implements StreamOutcome {}

    /// A bound of the peer's gateway was reached.
    ///
    /// @param why what it says
    record PeerOverloaded(ClusterName peer, String why) implements StreamOutcome {}

    /// The cluster whose lane it came on was removed from the peers just now.
    record NotLinked(ClusterName peer) implements StreamOutcome {}

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
            case Overloaded _, NoFreeLane _, PeerOverloaded _ -> "overloaded";
            case NotLinked _ -> "not_linked";
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
            case Overloaded(Bound bound) -> bound.explanation();
            case NoFreeLane(ClusterName peer, Bound bound) ->
                "no lane to cluster " + peer + " is free: " + bound.explanation();
            case PeerOverloaded(ClusterName peer, String why) -> "cluster " + peer + ": " + why;
            case NotLinked(ClusterName peer) -> "cluster " + peer + " is no longer a peer of ours";
            case BadRequest(String why) -> why;
        };
    }

    /// What happened, in a few words that begin with the stream.
    default String sentence() {
        return switch (this) {
            case Completed _ -> "Stream completed";
            case Refused _ -> "Stream denied";
            case PolicyChanged _ -> "Stream ended: it is now denied";
            case ForgedCaller _ -> "Stream refused: the peer may not speak for its caller";
            case ClientReset _, BackendReset _, LaneLost _, PeerSilent _, Draining _ -> "Stream broken off";
            case UnknownCaller _,
                    NotExported _,
                    NoEndpoint _,
                    BackendUnreachable _,
                    PeerUnreachable _,
                    Overloaded _,
                    NoFreeLane _,
                    PeerOverloaded _,
                    NotLinked _,
                    BadRequest _ -> "Stream failed";
        };
    }

    /// Whether one of its ends, or the gateway's own shutdown, ended it; anything else is worth an operator's look.
    default boolean isOrdinary() {
        return switch (this) {
            case Completed _, ClientReset _, BackendReset _, Draining _ -> true;
            case Refused _,
                    PolicyChanged _,
                    ForgedCaller _,
                    UnknownCaller _,
                    NotExported _,
                    NoEndpoint _,
                    BackendUnreachable _,
                    PeerUnreachable _,
                    PeerSilent _,
                    LaneLost _,
                    Overloaded _,
                    NoFreeLane _,
                    PeerOverloaded _,
                    NotLinked _,
                    BadRequest _ -> false;
        };
    }

    /// Which direction's policies denied it; empty when none did.
    default Optional<Direction> deniedBy() {
        return switch (this) {
            case Refused(Direction by, String _) -> Optional.of(by);
            case PolicyChanged(Direction by, String _) -> Optional.of(by);
            case Completed _,
                    UnknownCaller _,
                    ForgedCaller _,
                    NotExported _,
                    NoEndpoint _,
                    BackendUnreachable _,
                    PeerUnreachable _,
                    PeerSilent _,
                    LaneLost _,
                    ClientReset _,
                    BackendReset _,
                    Draining _,
                    Overloaded _,
                    NoFreeLane _,
                    PeerOverloaded _,
                    NotLinked _,
                    BadRequest _ -> Optional.empty();
        };
    }

    private static String side(Direction by) {
        return by == Direction.EGRESS ? "egress policy of the caller" : "ingress policy of the callee";
    }
}
