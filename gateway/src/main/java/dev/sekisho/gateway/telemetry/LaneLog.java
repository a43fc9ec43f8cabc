package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.LaneWatcher;
import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.names.ClusterName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Logs what happens to lanes; of the same trouble with the same peer, one line in ten seconds. Who was turned away at
/// the public port is logged there. Any thread.
public final class LaneLog implements LaneWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(LaneLog.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int MOST_KINDS = 1_000;

    private final Floods<Trouble> troubles;

    private record Trouble(String what, String peer) {}

    public LaneLog(InstantSource clock) {
        troubles = new Floods<>(clock, INTERVAL, 1, MOST_KINDS, new Trouble("any", "any"));
    }

    @Override
    public void opened(ClusterName peer, LaneRole role) {
        LOG.atDebug()
                .addKeyValue("peer", peer)
                .addKeyValue("role", LaneMeters.label(role))
                .log("Lane opened");
    }

    @Override
    public void retired(ClusterName peer, LaneRole role) {
        LOG.atDebug().addKeyValue("peer", peer).log("Idle lane closed");
    }

    @Override
    public void lost(ClusterName peer, LaneRole role, String reason) {
        var leftOut = troubles.admit(new Trouble("lost " + role, peer.value()));
        if (leftOut.isPresent()) {
            line(LOG.atInfo(), peer, reason, leftOut)
                    .addKeyValue("role", LaneMeters.label(role))
                    .log("Lane closed");
        }
    }

    @Override
    public void dialFailed(ClusterName peer, String reason) {
        var leftOut = troubles.admit(new Trouble("dial", peer.value()));
        if (leftOut.isPresent()) {
            line(LOG.atWarn(), peer, reason, leftOut).log("No lane could be opened");
        }
    }

    @Override
    public void refused(RefusalReason kind, String reason) {}

    @Override
    public void exhausted(ClusterName peer, Bound bound) {
        var leftOut = troubles.admit(new Trouble(bound.setting(), peer.value()));
        if (leftOut.isPresent()) {
            line(LOG.atWarn(), peer, bound.explanation(), leftOut).log("A stream could have no lane");
        }
    }

    private static LoggingEventBuilder line(
            LoggingEventBuilder line, ClusterName peer, String reason, OptionalLong leftOut) {
        return line.addKeyValue("peer", peer)
                .addKeyValue("reason", LogText.of(reason))
                .addKeyValue("alikeLeftOut", leftOut.orElse(0));
    }
}
