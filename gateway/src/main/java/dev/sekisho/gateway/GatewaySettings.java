package dev.sekisho.gateway;

import dev.sekisho.gateway.admin.AdminPorts;
import dev.sekisho.gateway.feed.FeedSettings;
import dev.sekisho.gateway.streams.StreamSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.names.HostPort;
import java.time.Duration;

/// What a gateway must be told before it starts.
///
/// @param dns where it answers for the clusterset zone, UDP and TCP
/// @param admin where it is asked how it is
/// @param drain how long open streams may take to end when the gateway stops, 0 s to 1 h
public record GatewaySettings(
        TunnelSettings tunnel,
        StreamSettings streams,
        FeedSettings feed,
        HostPort dns,
        AdminPorts admin,
        Duration drain) {
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(15);

    public GatewaySettings {
        if (drain.isNegative() || drain.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("drain must be PT0S to PT1H, got " + drain);
        }
    }
}
