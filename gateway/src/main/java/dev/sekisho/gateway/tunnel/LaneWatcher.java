package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.names.ClusterName;

/// Told of lanes that come and go, on the lane's event loop; must not block. Whoever wants numbers as of now asks
/// `Lanes.counts()`.
public interface LaneWatcher {
    /// TLS and HELLO are through.
    void opened(ClusterName peer, LaneRole role);

    /// An open lane was closed because it had been idle for long.
    void retired(ClusterName peer, LaneRole role);

    /// An open lane is gone for another reason.
    ///
    /// @param reason a few words for the log, such as `peer removed` or what went wrong
    void lost(ClusterName peer, LaneRole role, String reason);

    /// We tried to open a lane in vain.
    void dialFailed(ClusterName peer, String reason);

    /// Someone came to the public port and was turned away.
    ///
    /// @param reason for the log; may quote what the stranger sent
    void refused(RefusalReason kind, String reason);

    /// A stream could have no lane because a bound of the pool was reached.
    void exhausted(ClusterName peer, Bound bound);
}
