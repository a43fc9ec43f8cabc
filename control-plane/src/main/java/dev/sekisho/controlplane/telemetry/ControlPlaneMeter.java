package dev.sekisho.controlplane.telemetry;

/// The meters of the control plane.
public enum ControlPlaneMeter {
    GATEWAYS("sekisho.feed.gateways", "", "Gateways that follow the route feed"),
    FEED_LAG(
            "sekisho.feed.lag",
            "seconds",
            "How long the slowest connected gateway has owed the acknowledgement of a route update; 0 when none does"),
    FEED_UPDATES("sekisho.feed.updates", "", "Route updates sent to gateways", "kind"),
    FEED_REFUSED("sekisho.feed.refused", "", "Gateways refused by the route feed", "reason"),
    GATEWAY_PROBLEMS("sekisho.feed.problems", "", "What connected gateways could not put in force"),
    ROUTE_VERSION("sekisho.routes.version", "", "Version of the newest route table"),
    EXPORTS("sekisho.exports", "", "ServiceExports of this cluster by whether they are valid", "valid"),
    IMPORTS("sekisho.imports", "", "Services imported into this cluster"),
    HELD_IMPORTS(
            "sekisho.imports.held",
            "",
            "ServiceImports left as they are because a peer that may export them has not been heard yet"),
    CONFLICTS("sekisho.conflicts", "", "Services that clusters export differently"),
    WITHOUT_ADDRESS(
            "sekisho.imports.without.address", "", "Imports for which a pool of import addresses had no address left"),
    CERTIFICATE_EXPIRY("sekisho.certificate.expiry", "seconds", "Time until the control plane's certificate expires"),
    CERTIFICATE_RENEWALS("sekisho.certificate.renewals", "", "Renewals of the certificate", "outcome");

    private final String key;
    private final String unit;
    private final String help;
    private final String tag;

    ControlPlaneMeter(String key, String unit, String help) {
        this(key, unit, help, "");
    }

    ControlPlaneMeter(String key, String unit, String help, String tag) {
        this.key = key;
        this.unit = unit;
        this.help = help;
        this.tag = tag;
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
