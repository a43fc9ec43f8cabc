package dev.sekisho.gateway.tunnel;

/// How a lane ended.
///
/// @param kind what it is counted as when the lane never became ready
/// @param wasReady whether it had been a lane at all
/// @param reason for the log
record LaneEnd(RefusalReason kind, boolean wasReady, String reason) {}
