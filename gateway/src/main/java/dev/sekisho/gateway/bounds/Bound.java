package dev.sekisho.gateway.bounds;

/// A limit of this gateway, by the name of the setting that moves it, or, where there is none, by its own. Reaching one
/// is counted, and is said to the operator in the same words.
public enum Bound {
    /// Streams that are open at once.
    STREAMS("streams.maxStreams"),
    /// UDP flows that are open at once.
    FLOWS("streams.maxFlows"),
    /// Streams that wait at once for a lane to one peer, on one event loop.
    WAITING_STREAMS("tunnel.pool.maxWaiting"),
    /// How long a stream waits for a lane.
    LANE_WAIT("tunnel.pool.waitTimeout"),
    /// Connections to the public port that are open at once.
    PUBLIC_CONNECTIONS("tunnel.maxConnections"),
    /// Connections to an admin port that are open at once.
    ADMIN_CONNECTIONS("admin.connections"),
    /// Lines of the stream log that say the same.
    STREAM_LINES("telemetry.streamLog"),
    /// Services that have a metric of their own.
    METERED_SERVICES("telemetry.services"),
    /// Peers that have a metric of their own.
    METERED_PEERS("telemetry.peers"),
    /// Kinds of DNS questions that have a metric of their own.
    METERED_QUESTIONS("telemetry.dns");

    private final String setting;

    Bound(String setting) {
        this.setting = setting;
    }

    /// The name of the setting or limit, such as `streams.maxStreams`: a tag of metrics, and what an operator looks
    /// for.
    public String setting() {
        return setting;
    }

    /// A sentence for the operator.
    public String explanation() {
        return setting + " is reached";
    }
}
