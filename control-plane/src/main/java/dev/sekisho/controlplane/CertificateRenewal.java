package dev.sekisho.controlplane;

import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.identity.Renewal;
import dev.sekisho.identity.TlsIdentity;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the identity every minute whether a new leaf is due, and counts what came of it; the identity itself says so
/// in the log.
final class CertificateRenewal {
    private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);
    private static final Duration ASK_EVERY = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final TlsIdentity identity;
    private final Counter renewed;
    private final Counter failed;
    private OptionalLong timer = OptionalLong.empty();

    CertificateRenewal(Vertx vertx, TlsIdentity identity, InstantSource clock, ControlPlaneMeters meters) {
        this.vertx = vertx;
        this.identity = identity;
        this.renewed = meters.counter(ControlPlaneMeter.CERTIFICATE_RENEWALS, "renewed");
        this.failed = meters.counter(ControlPlaneMeter.CERTIFICATE_RENEWALS, "failed");
        meters.gauge(
                ControlPlaneMeter.CERTIFICATE_EXPIRY,
                () -> Duration.between(clock.instant(), identity.leaf().notAfter())
                        .toSeconds());
    }

    Future<Void> start() {
        timer = OptionalLong.of(vertx.setPeriodic(ASK_EVERY.toMillis(), _ -> ask()));
        return Future.succeededFuture();
    }

    Future<Void> stop() {
        timer.ifPresent(vertx::cancelTimer);
        return Future.succeededFuture();
    }

    private void ask() {
        // May read files.
        vertx.executeBlocking(identity::renewIfDue).onSuccess(this::count).onFailure(cause -> {
            failed.increment();
            log.atError().setCause(cause).log("The certificate could not be renewed");
        });
    }

    private void count(Renewal outcome) {
        switch (outcome) {
            case Renewal.NotDue() -> {}
            case Renewal.Renewed(var _) -> renewed.increment();
            case Renewal.Failed(var _) -> failed.increment();
        }
    }
}
