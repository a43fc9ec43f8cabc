package dev.sekisho.gateway.tunnel;

/// How many lanes there are with one peer in one role, all event loops together, as of one moment.
///
/// @param idle waiting for a stream
/// @param busy carrying a stream
public record LaneCount(int idle, int busy) {
    public static final LaneCount NONE = new LaneCount(0, 0);

    public LaneCount plus(LaneCount other) {
        return new LaneCount(idle + other.idle, busy + other.busy);
    }
}
