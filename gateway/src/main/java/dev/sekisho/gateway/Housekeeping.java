package dev.sekisho.gateway;

import dev.sekisho.gateway.telemetry.StreamLog;
import dev.sekisho.identity.TlsIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done from time to time: asks whether a new certificate is due, and tells which log lines were held back.
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration RENEWAL_EVERY = Duration.ofMinutes(1);
    private static final Duration LOG_EVERY = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final TlsIdentity identity;
    private final StreamLog streamLog;
    private long renewal;
    private long log;

    Housekeeping(Vertx vertx, TlsIdentity identity, StreamLog streamLog) {
        this.vertx = vertx;
        this.identity = identity;
        this.streamLog = streamLog;
    }

    void start() {
        // May read files.
        renewal = vertx.setPeriodic(
                RENEWAL_EVERY.toMillis(),
                _ -> vertx.executeBlocking(identity::renewIfDue)
                        .onFailure(cause -> LOG.atError().setCause(cause).log("The certificate could not be renewed")));
        log = vertx.setPeriodic(LOG_EVERY.toMillis(), _ -> streamLog.tellLeftOut());
    }

    Future<Void> stop() {
        vertx.cancelTimer(renewal);
        vertx.cancelTimer(log);
        streamLog.tellLeftOut();
        return Future.succeededFuture();
    }
}
