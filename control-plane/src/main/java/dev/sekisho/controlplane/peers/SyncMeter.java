package dev.sekisho.controlplane.peers;

import com.google.common.collect.ImmutableList;
import io.micrometer.core.instrument.Meter;
import java.util.List;

/// The meters of this package. Tag `peer` is a cluster's name.
public enum SyncMeter {
    AGE(
            Meter.Type.GAUGE,
            "sekisho.peer.age",
            "seconds",
            "Time since anything was heard from the peer; NaN when never",
            "peer"),
    CONNECTED(
            Meter.Type.GAUGE,
            "sekisho.peer.connected",
            "",
            "1 while a sync stream with the peer is up, else 0",
            "peer"),
    EXPORTS(
            Meter.Type.GAUGE,
            "sekisho.peer.exports",
            "",
            "Services that the peer exports, as far as we hold them",
            "peer"),
    ROUND_TRIP(
            Meter.Type.GAUGE,
            "sekisho.peer.round.trip",
            "seconds",
            "Latest time between a heartbeat and its answer; NaN when never",
            "peer"),
    RECORDS(
            Meter.Type.COUNTER,
            "sekisho.sync.records",
            "",
            "Export records by what became of them: sent, received, stale, foreign_origin, malformed, too_many",
            "peer",
            "outcome"),
    WITHDRAWALS(
            Meter.Type.COUNTER,
            "sekisho.sync.withdrawals",
            "",
            "Withdrawals by what became of them: sent",
            "peer",
            "outcome"),
    DIALS(
            Meter.Type.COUNTER,
            "sekisho.sync.dials",
            "",
            "Dials to the peer by outcome: connected, failed",
            "peer",
            "outcome"),
    HANDSHAKES_REFUSED(
            Meter.Type.COUNTER, "sekisho.sync.handshakes.refused", "", "Incoming connections that failed in TLS");

    private final Meter.Type type;
    private final String key;
    private final String unit;
    private final String help;
    private final ImmutableList<String> tags;

    SyncMeter(Meter.Type type, String key, String unit, String help, String... tags) {
        this.type = type;
        this.key = key;
        this.unit = unit;
        this.help = help;
        this.tags = ImmutableList.copyOf(tags);
    }

    /// Gauge or counter.
    public Meter.Type type() {
        return type;
    }

    /// What tells its values apart.
    public List<String> tags() {
        return tags;
    }

    /// Dotted; Prometheus sees it with underscores, the unit and `_total` where it counts.
    public String key() {
        return key;
    }

    /// Empty when it has none.
    public String unit() {
        return unit;
    }

    public String help() {
        return help;
    }
}
