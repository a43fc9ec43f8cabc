package dev.sekisho.gateway.telemetry;

import java.util.Locale;

/// A tag of the gateway's meters. Each has few values: no addresses, ids or pods.
public enum MeterTag {
    SIDE("`import` for streams of this cluster's own pods, `export` for streams that peers opened"),
    SERVICE("`namespace/name` of a service in the route table; `other` when it is not there, or there are too many"),
    OUTCOME("how the stream ended, as `outcome` in its log line"),
    DIRECTION("of bytes: `sent` by the caller or `received` by it; of policy: `egress` or `ingress`"),
    VERDICT("`allowed`, `denied`, or `audited`: a denial that was let through, as its policies are not enforced"),
    PEER("name of the other cluster"),
    ROLE("`dialled` by this gateway or `accepted` from the peer"),
    STATE("`idle` or `busy`"),
    REASON("why a connection on the public port was closed, such as `not_tls`, or why a datagram was dropped: `queue`"
            + " (newer ones took its place, or its flow ended), `turned_away` (its caller was refused) or `too_long`"),
    BOUND("the setting or the limit that was reached"),
    TYPE("the record type asked for, such as `AAAA`, or `other`"),
    RCODE("the DNS response code, such as `noerror`, or why there was no response");

    private final String help;

    MeterTag(String help) {
        this.help = help;
    }

    /// The name in Prometheus.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What its values mean, in Markdown.
    public String help() {
        return help;
    }
}
