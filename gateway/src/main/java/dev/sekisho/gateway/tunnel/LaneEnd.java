package dev.sekisho.gateway.tunnel;

/// How a lane ended.
sealed interface LaneEnd {
    /// For the log.
    String reason();

    /// It never became a lane.
    record NeverReady(RefusalReason kind, String reason) implements LaneEnd {}

    /// It was idle for longer than anybody needs a lane.
    record Unneeded(String reason) implements LaneEnd {}

    /// It was open, and somebody closed it or it broke.
    record Lost(String reason) implements LaneEnd {}
}
