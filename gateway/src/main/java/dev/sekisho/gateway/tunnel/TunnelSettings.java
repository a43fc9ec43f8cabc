package dev.sekisho.gateway.tunnel;

import dev.sekisho.names.HostPort;
import java.time.Duration;
import java.util.Optional;

/// Lanes and the public port.
///
/// @param listen the public port
/// @param controlPlane where connections for our control plane are passed on to; empty when it is not behind this port
/// @param handshakeTimeout from accept to the peer's HELLO, 100 ms to 5 min
/// @param maxConnections on the public port, lanes and others together
/// @param maxPassedOn connections to the control plane at once
public record TunnelSettings(
        HostPort listen,
        Optional<HostPort> controlPlane,
        TlsEngine engine,
        PoolSettings pool,
        Duration handshakeTimeout,
        int maxConnections,
        int maxPassedOn) {
    public TunnelSettings {
        requireBetween("tunnel.handshakeTimeout", handshakeTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        requireBetween("tunnel.maxConnections", maxConnections, 1, 10_000_000);
        requireBetween("tunnel.maxPassedOn", maxPassedOn, 1, 1_000_000);
    }

    public static TunnelSettings defaults(HostPort listen, Optional<HostPort> controlPlane) {
        return new TunnelSettings(
                listen, controlPlane, TlsEngine.AUTO, PoolSettings.DEFAULTS, Duration.ofSeconds(10), 100_000, 256);
    }

    public TunnelSettings withControlPlane(Optional<HostPort> other) {
        return new TunnelSettings(listen, other, engine, pool, handshakeTimeout, maxConnections, maxPassedOn);
    }

    public TunnelSettings withEngine(TlsEngine other) {
        return new TunnelSettings(listen, controlPlane, other, pool, handshakeTimeout, maxConnections, maxPassedOn);
    }

    public TunnelSettings withPool(PoolSettings other) {
        return new TunnelSettings(listen, controlPlane, engine, other, handshakeTimeout, maxConnections, maxPassedOn);
    }

    public TunnelSettings withHandshakeTimeout(Duration other) {
        return new TunnelSettings(listen, controlPlane, engine, pool, other, maxConnections, maxPassedOn);
    }

    public TunnelSettings withMaxConnections(int most) {
        return new TunnelSettings(listen, controlPlane, engine, pool, handshakeTimeout, most, maxPassedOn);
    }

    public TunnelSettings withMaxPassedOn(int most) {
        return new TunnelSettings(listen, controlPlane, engine, pool, handshakeTimeout, maxConnections, most);
    }

    /// The warm lanes to one peer. All counts are for one event loop, of which a gateway has two per core.
    ///
    /// @param minIdle kept ready
    /// @param max open at once, idle or busy; a stream that finds all busy waits
    /// @param maxDials under way at once
    /// @param maxWaiting streams that wait for a lane at once
    /// @param waitTimeout how long a stream waits for a lane
    /// @param dialTimeout TCP, TLS and HELLO together
    /// @param idleAfter an idle lane beyond `minIdle` is closed after this
    /// @param pingEvery how often an idle lane is asked whether it is alive
    /// @param pingTimeout a lane that has not answered by then is lost
    /// @param backOff first pause after a failed dial, whoever waits; doubles up to `maxBackOff`
    public record PoolSettings(
            int minIdle,
            int max,
            int maxDials,
            int maxWaiting,
            Duration waitTimeout,
            Duration dialTimeout,
            Duration idleAfter,
            Duration pingEvery,
            Duration pingTimeout,
            Duration backOff,
            Duration maxBackOff) {
        public static final PoolSettings DEFAULTS = new PoolSettings(
                2,
                10_000,
                4,
                10_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofMillis(100),
                Duration.ofSeconds(5));

        public PoolSettings {
            requireBetween("tunnel.pool.max", max, 1, 1_000_000);
            requireBetween("tunnel.pool.minIdle", minIdle, 0, max);
            requireBetween("tunnel.pool.maxDials", maxDials, 1, 1000);
            requireBetween("tunnel.pool.maxWaiting", maxWaiting, 1, 1_000_000);
            var least = Duration.ofMillis(1);
            var most = Duration.ofHours(1);
            requireBetween("tunnel.pool.waitTimeout", waitTimeout, least, most);
            requireBetween("tunnel.pool.dialTimeout", dialTimeout, least, most);
            requireBetween("tunnel.pool.idleAfter", idleAfter, least, most);
            requireBetween("tunnel.pool.pingEvery", pingEvery, least, most);
            requireBetween("tunnel.pool.pingTimeout", pingTimeout, least, most);
            requireBetween("tunnel.pool.backOff", backOff, least, most);
            requireBetween("tunnel.pool.maxBackOff", maxBackOff, backOff, most);
        }

        public PoolSettings withLanes(int fewestIdle, int most) {
            return new PoolSettings(
                    fewestIdle,
                    most,
                    maxDials,
                    maxWaiting,
                    waitTimeout,
                    dialTimeout,
                    idleAfter,
                    pingEvery,
                    pingTimeout,
                    backOff,
                    maxBackOff);
        }

        public PoolSettings withWaiting(int most, Duration atMost) {
            return new PoolSettings(
                    minIdle,
                    max,
                    maxDials,
                    most,
                    atMost,
                    dialTimeout,
                    idleAfter,
                    pingEvery,
                    pingTimeout,
                    backOff,
                    maxBackOff);
        }

        public PoolSettings withPings(Duration every, Duration timeout) {
            return new PoolSettings(
                    minIdle,
                    max,
                    maxDials,
                    maxWaiting,
                    waitTimeout,
                    dialTimeout,
                    idleAfter,
                    every,
                    timeout,
                    backOff,
                    maxBackOff);
        }
    }

    private static void requireBetween(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", got " + value);
        }
    }

    private static void requireBetween(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", got " + value);
        }
    }
}
