package dev.sekisho.gateway.tunnel;

import dev.sekisho.names.ClusterName;

/// What one event loop learns of a peer and the others should know at once.
interface PeerNews {
    /// A lane came up after dials in vain.
    void cameBack(ClusterName peer);

    /// A stream waited for a sign of life in vain.
    void fellSilent(ClusterName peer);
}
