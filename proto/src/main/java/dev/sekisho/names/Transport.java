package dev.sekisho.names;

import dev.sekisho.policy.v1.Protocol;

/// The protocol of a port, as Kubernetes names it. [#TCP] and [#UDP] cross the gateway; [#SCTP] is known so that
/// policy and exports keep their meaning.
public enum Transport {
    TCP,
    UDP,
    SCTP;

    public static Transport of(Protocol protocol) {
        return switch (protocol) {
            case PROTOCOL_TCP -> TCP;
            case PROTOCOL_UDP -> UDP;
            case PROTOCOL_SCTP -> SCTP;
            case PROTOCOL_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("protocol must be TCP, UDP or SCTP, got " + protocol);
        };
    }

    public Protocol toWire() {
        return switch (this) {
            case TCP -> Protocol.PROTOCOL_TCP;
            case UDP -> Protocol.PROTOCOL_UDP;
            case SCTP -> Protocol.PROTOCOL_SCTP;
        };
    }
}
