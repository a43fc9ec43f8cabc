package dev.sekisho.controlplane.peers;

/// The meters of this package. Tag `peer` is a cluster's name.
public enum SyncMeter {
    AGE("sekisho.peer.age", "seconds", "Time since anything was heard from the peer; NaN when never"),
    CONNECTED("sekisho.peer.connected", "", "1 while a sync stream with the peer is up, else 0"),
    EXPORTS("sekisho.peer.exports", "", "Services that the peer exports, as far as we hold them"),
    ROUND_TRIP("sekisho.peer.round.trip", "seconds", "Latest time between a heartbeat and its answer; NaN when never"),
    RECORDS(
            "sekisho.sync.records",
            "",
            "Export records by what became of them: sent, received, stale, foreign_origin, malformed, too_many"),
    WITHDRAWALS("sekisho.sync.withdrawals", "", "Withdrawals sent to the peer"),
    DIALS("sekisho.sync.dials", "", "Dials to the peer by outcome: connected, failed"),
    HANDSHAKES_REFUSED("sekisho.sync.handshakes.refused", "", "Incoming connections that failed in TLS; no peer tag");

    private final String key;
    private final String unit;
    private final String help;

    SyncMeter(String key, String unit, String help) {
        this.key = key;
        this.unit = unit;
        this.help = help;
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
