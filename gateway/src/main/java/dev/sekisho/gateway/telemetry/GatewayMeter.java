package dev.sekisho.gateway.telemetry;

import static dev.sekisho.gateway.telemetry.MeterTag.BOUND;
import static dev.sekisho.gateway.telemetry.MeterTag.DIRECTION;
import static dev.sekisho.gateway.telemetry.MeterTag.OUTCOME;
import static dev.sekisho.gateway.telemetry.MeterTag.PEER;
import static dev.sekisho.gateway.telemetry.MeterTag.RCODE;
import static dev.sekisho.gateway.telemetry.MeterTag.REASON;
import static dev.sekisho.gateway.telemetry.MeterTag.ROLE;
import static dev.sekisho.gateway.telemetry.MeterTag.SERVICE;
import static dev.sekisho.gateway.telemetry.MeterTag.SIDE;
import static dev.sekisho.gateway.telemetry.MeterTag.STATE;
import static dev.sekisho.gateway.telemetry.MeterTag.TYPE;
import static dev.sekisho.gateway.telemetry.MeterTag.VERDICT;

import com.google.common.collect.ImmutableList;

/// Every meter of a gateway, under the name that Prometheus shows. `docs/metrics.md` is generated from this.
public enum GatewayMeter {
    STREAMS("sekisho_gateway_streams_total", Type.COUNTER, "Streams that ended", SIDE, SERVICE, OUTCOME),
    STREAMS_OPEN("sekisho_gateway_streams_open", Type.GAUGE, "Streams that have begun and not ended", SIDE),
    STREAM_BYTES(
            "sekisho_gateway_stream_bytes_total",
            Type.COUNTER,
            "Payload of streams, added when a stream ends",
            SIDE,
            DIRECTION),
    STREAM_OPEN_TIME(
            "sekisho_gateway_stream_open_seconds",
            Type.HISTOGRAM,
            "Time from accept until a backend was connected, of streams that ended",
            SIDE),
    DATAGRAMS_DROPPED(
            "sekisho_gateway_datagrams_dropped_total",
            Type.COUNTER,
            "Datagrams of UDP flows that had arrived and went no further",
            SIDE,
            REASON),
    POLICY_VERDICTS(
            "sekisho_gateway_policy_verdicts_total",
            Type.COUNTER,
            "Streams by what policy said last: denied, or allowed or audited and connected",
            SIDE,
            DIRECTION,
            VERDICT),
    LANES("sekisho_gateway_lanes", Type.GAUGE, "Open lanes with each peer of the route table", PEER, ROLE, STATE),
    LANES_OPENED("sekisho_gateway_lanes_opened_total", Type.COUNTER, "Lanes that came up", PEER, ROLE),
    LANES_LOST("sekisho_gateway_lanes_lost_total", Type.COUNTER, "Lanes that were open and are gone", PEER, ROLE),
    LANE_DIALS_FAILED("sekisho_gateway_lane_dials_failed_total", Type.COUNTER, "Attempts in vain to open a lane", PEER),
    HANDSHAKES_REFUSED(
            "sekisho_gateway_handshakes_refused_total",
            Type.COUNTER,
            "Connections on the public port that were turned away",
            REASON),
    BOUNDS_HIT("sekisho_gateway_bounds_hit_total", Type.COUNTER, "Times that a bound was reached", BOUND),
    DNS_QUERIES("sekisho_gateway_dns_queries_total", Type.COUNTER, "DNS queries", TYPE, RCODE),
    ROUTES_VERSION(
            "sekisho_gateway_routes_version", Type.GAUGE, "Version of the route table in force; NaN before the first"),
    ROUTES_AGE(
            "sekisho_gateway_routes_age_seconds",
            Type.GAUGE,
            "Time since the route table in force was put in force; NaN before the first"),
    FEED_CONNECTED(
            "sekisho_gateway_feed_connected", Type.GAUGE, "1 while the control plane feeds this gateway, else 0"),
    CERTIFICATE_EXPIRY(
            "sekisho_gateway_certificate_expiry_seconds",
            Type.GAUGE,
            "Time until the gateway's certificate expires; negative once it has");

    /// What Prometheus takes the meter for.
    public enum Type {
        COUNTER,
        GAUGE,
        /// Also gives a gauge of the same name and `_max`.
        HISTOGRAM
    }

    private final String key;
    private final Type type;
    private final String help;
    private final ImmutableList<MeterTag> tags;

    GatewayMeter(String key, Type type, String help, MeterTag... tags) {
        this.key = key;
        this.type = type;
        this.help = help;
        this.tags = ImmutableList.copyOf(tags);
    }

    /// The name in Prometheus, unit and `_total` included.
    public String key() {
        return key;
    }

    public Type type() {
        return type;
    }

    /// One line of plain text.
    public String help() {
        return help;
    }

    /// In the order in which their values are given.
    public ImmutableList<MeterTag> tags() {
        return tags;
    }
}
