package dev.sekisho.cli;

import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.gateway.streams.StreamSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.names.HostPort;
import java.util.Optional;

/// What a settings file says of streams and lanes, as the gateway wants to be told.
public final class GatewayTuning {
    private GatewayTuning() {}

    /// @param sync where connections for the control plane are passed on to
    public static TunnelSettings tunnel(Traffic traffic, HostPort publicPort, HostPort sync) {
        var wished = traffic.tunnel();
        var usual = PoolSettings.DEFAULTS;
        var loops = Runtime.getRuntime().availableProcessors();
        var pool = new PoolSettings(
                wished.lanesPerPeer()
                        .map(lanes -> Math.ceilDiv(lanes, loops)) // the pool counts per event loop
                        .orElse(usual.minIdle()),
                usual.max(),
                usual.maxDials(),
                usual.maxWaiting(),
                usual.waitTimeout(),
                wished.dialTimeout().orElse(usual.dialTimeout()),
                wished.idleAfter().orElse(usual.idleAfter()),
                usual.pingEvery(),
                usual.pingTimeout(),
                usual.backOff(),
                usual.maxBackOff());
        return TunnelSettings.defaults(publicPort, Optional.of(sync)).withPool(pool);
    }

    public static StreamSettings streams(Traffic traffic) {
        var deny = switch (traffic.deny()) {
            case RESET -> StreamSettings.DenyResponse.RESET;
            case DROP -> StreamSettings.DenyResponse.DROP;
        };
        var enforceOn = switch (traffic.enforceOn()) {
            case CHANGE -> StreamSettings.EnforceOn.CHANGE;
            case CONNECTION -> StreamSettings.EnforceOn.CONNECTION;
        };
        var settings = StreamSettings.DEFAULTS.withDeny(deny).withEnforceOn(enforceOn);
        return traffic.flowQuietTime().map(settings::withFlowQuietTime).orElse(settings);
    }
}
