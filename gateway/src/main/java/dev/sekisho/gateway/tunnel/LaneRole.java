package dev.sekisho.gateway.tunnel;

/// Who opens streams on a lane: we, on one we dialled, or the peer, on one we accepted.
public enum LaneRole {
    DIALLED,
    ACCEPTED
}
