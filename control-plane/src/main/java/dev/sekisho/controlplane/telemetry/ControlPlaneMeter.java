package dev.sekisho.controlplane.telemetry;

import io.micrometer.core.instrument.Meter;

/// The meters of the control plane.
public enum ControlPlaneMeter {
    GATEWAYS(Meter.Type.GAUGE, "sekisho.feed.gateways", "", "Gateways that follow the route feed"),
    FEED_LAG(
            Meter.Type.GAUGE,
            "sekisho.feed.lag",
            "seconds",
            "How long the slowest connected gateway has owed the acknowledgement of a route update; 0 when none does"),
    FEED_UPDATES(
            Meter.Type.COUNTER,
            "sekisho.feed.updates",
            "",
            "Route updates sent to gateways: snapshot, difference",
            "kind"),
    FEED_REFUSED(
            Meter.Type.COUNTER,
            "sekisho.feed.refused",
            "",
            "Connections refused by the route feed: handshake, identity, too_many",
            "reason"),
    GATEWAY_PROBLEMS(Meter.Type.GAUGE, "sekisho.feed.problems", "", "What connected gateways could not put in force"),
    ROUTE_VERSION(Meter.Type.GAUGE, "sekisho.routes.version", "", "Version of the newest route table"),
    EXPORTS(
            Meter.Type.GAUGE,
            "sekisho.exports",
            "",
            "ServiceExports of this cluster by whether they are valid",
            "valid"),
    IMPORTS(Meter.Type.GAUGE, "sekisho.imports", "", "Services imported into this cluster"),
    HELD_IMPORTS(
            Meter.Type.GAUGE,
            "sekisho.imports.held",
            "",
            "ServiceImports left as they are because a peer that may export them has not been heard yet"),
    CONFLICTS(Meter.Type.GAUGE, "sekisho.conflicts", "", "Services that clusters export differently"),
    WITHOUT_ADDRESS(
            Meter.Type.GAUGE,
            "sekisho.imports.without.address",
            "",
            "Imports for which a pool of import addresses, or the range of listen ports, had nothing left"),
    UNWRITTEN(
            Meter.Type.GAUGE,
            "sekisho.results.unwritten",
            "seconds",
            "For how long not everything could be written to the cluster; 0 while all is well. The log says what is wrong"),
    PEER_SAVES(
            Meter.Type.COUNTER,
            "sekisho.peer.saves",
            "",
            "What peers export, kept in the cluster: saved, too_large, failed",
            "outcome"),
    CERTIFICATE_EXPIRY(
            Meter.Type.GAUGE,
            "sekisho.certificate.expiry",
            "seconds",
            "Time until the control plane's certificate expires"),
    CERTIFICATE_RENEWALS(
            Meter.Type.COUNTER,
            "sekisho.certificate.renewals",
            "",
            "Renewals of the certificate: renewed, failed",
            "outcome");

    private final Meter.Type type;
    private final String key;
    private final String unit;
    private final String help;
    private final String tag;

    ControlPlaneMeter(Meter.Type type, String key, String unit, String help) {
        this(type, key, unit, help, "");
    }

    ControlPlaneMeter(Meter.Type type, String key, String unit, String help, String tag) {
        this.type = type;
        this.key = key;
        this.unit = unit;
        this.help = help;
        this.tag = tag;
    }

    /// Gauge or counter.
    public Meter.Type type() {
        return type;
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

    /// What tells its values apart; empty when it has only one.
    public String tag() {
        return tag;
    }
}
