package dev.sekisho.controlplane.tls;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is said of connections that do not get through TLS: all are counted, one a minute is logged, for anybody who
/// reaches the port can cause them. Confined to the server's event loop.
public final class RefusedHandshakes {
    private static final Logger log = LoggerFactory.getLogger(RefusedHandshakes.class);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final String server;
    private final Counter refused;
    private final InstantSource clock;
    private Instant nextWarning = Instant.MIN;

    /// @param server what they wanted to reach, for the log
    public RefusedHandshakes(String server, Counter refused, InstantSource clock) {
        this.server = server;
        this.refused = refused;
        this.clock = clock;
    }

    public void add(Throwable failure) {
        refused.increment();
        var now = clock.instant();
        if (now.isBefore(nextWarning)) {
            return;
        }
        nextWarning = now.plus(BETWEEN_WARNINGS);
        log.atWarn()
                .addKeyValue("server", server)
                .addKeyValue("reason", TlsFailure.reason(failure))
                .log("Somebody who dialled us did not get through TLS; more of these within a minute are only counted");
    }
}
