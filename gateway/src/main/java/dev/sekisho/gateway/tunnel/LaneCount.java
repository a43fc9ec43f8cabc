package dev.sekisho.gateway.tunnel;

/// How many lanes there are with one peer, all event loops together, as of one moment.
///
/// @param idle dialled and waiting for a stream
/// @param busy dialled and carrying a stream
/// @param accepted dialled by the peer
public record LaneCount(int idle, int busy, int accepted) {
    public static final LaneCount NONE = new LaneCount(0, 0, 0);

    public LaneCount plus(LaneCount other) {
        return new LaneCount(idle + other.idle, busy + other.busy, accepted + other.accepted);
    }
}
