package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.EndedThread;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who leads of several replicas: whoever holds the Lease `<name>-control-plane`. One who holds it renews it; when it
/// has not been renewed for its duration, as this replica's own clock measures it, another one takes it. So clocks
/// need not agree, and one that cannot renew stops leading before another begins. On virtual threads of its own.
public final class Leadership {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final Installation installation;
    private final String self;
    private final InstantSource clock;
    private final Timing timing;
    private final Thread thread = Thread.ofVirtual().name("leadership").unstarted(this::run);
    private Runnable gained = () -> {};
    private Runnable lost = () -> {};
    private Optional<Observed> observed = Optional.empty();
    private boolean failing;
    /// When what was last sent to hold it was put together: from then on, at the latest, others wait for its end.
    private long askedAtNanos;
    private volatile boolean stopping;
    private volatile boolean leading;
    private volatile long renewedAtNanos;
    private volatile Optional<String> holder = Optional.empty();

    /// @param lease how long the Lease holds without being renewed; whole seconds
    /// @param renewWithin one who could not renew for so long leads no longer; shorter than `lease`
    /// @param tryEvery how often it is renewed, or looked at
    public record Timing(Duration lease, Duration renewWithin, Duration tryEvery) {
        public static final Timing DEFAULT =
                new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

        public Timing {
            if (tryEvery.compareTo(renewWithin) >= 0 || renewWithin.compareTo(lease) >= 0) {
                throw new IllegalArgumentException("must grow from tryEvery to renewWithin to lease, got " + tryEvery
                        + ", " + renewWithin + ", " + lease);
            }
        }
    }

    /// A state of the Lease, and since when it has been this one.
    private record Observed(String version, long sinceNanos) {}

    /// @param self this replica: its pod's name
    public Leadership(
            KubernetesClient client, Installation installation, String self, InstantSource clock, Timing timing) {
        this.client = client;
        this.installation = installation;
        this.self = self;
        this.clock = clock;
        this.timing = timing;
    }

    /// Called once.
    ///
    /// @param gained told once, when this replica leads
    /// @param lost told once, when it leads no longer, which is for good
    public void start(Runnable gained, Runnable lost) {
        this.gained = gained;
        this.lost = lost;
        thread.start();
    }

    /// The replica that leads, as far as is known.
    public Optional<String> leader() {
        return holder;
    }

    /// Lets the Lease go when it is held, so that another replica leads at once. Also when it was never started.
    public Future<Void> stop() {
        stopping = true;
        return EndedThread.of(thread, this::release);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (tryToHold()) {
                    renewedAtNanos = askedAtNanos;
                    if (!leading) {
                        lead();
                    }
                } else if (leading && holder.filter(self::equals).isEmpty()) {
                    lose();
                }
                Thread.sleep(timing.tryEvery());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void lead() {
        leading = true;
        // Apart from the calls, any of which may take too long.
        Thread.ofVirtual().name("leadership-watch").start(this::watchRenewals);
        gained.run();
    }

    private void watchRenewals() {
        try {
            while (leading && !stopping) {
                var left = timing.renewWithin().toNanos() - (System.nanoTime() - renewedAtNanos);
                if (left <= 0) {
                    lose();
                    return;
                }
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void lose() {
        if (leading && !stopping) {
            leading = false;
            thread.interrupt();
            log.atError()
                    .addKeyValue("lease", nameOfLease())
                    .addKeyValue("leader", holder.orElse(""))
                    .log("This replica leads no longer: the Lease could not be renewed in time, or is somebody else's");
            lost.run();
        }
    }

    /// @return whether it is held now, and for how long it is held counts anew
    private boolean tryToHold() {
        try {
            var lease = client.leases()
                    .inNamespace(installation.namespace())
                    .withName(nameOfLease())
                    .get();
            if (lease == null) {
                client.resource(new LeaseBuilder()
                                .withNewMetadata()
                                .withNamespace(installation.namespace())
                                .withName(nameOfLease())
                                .addToLabels(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                                .endMetadata()
                                .withSpec(held(Optional.empty()))
                                .build())
                        .create();
                return holds();
            }
            if (isSomebodyElses(lease)) {
                return false;
            }
            update(lease, held(Optional.ofNullable(lease.getSpec())));
            return holds();
        } catch (KubernetesClientException e) {
            tell(e);
            return false;
        } catch (RuntimeException e) {
            // Whatever it was: a replica that stops trying never leads again, and nobody notices.
            tell(new KubernetesClientException(e.toString(), e));
            return false;
        }
    }

    private boolean holds() {
        failing = false;
        holder = Optional.of(self);
        return true;
    }

    private boolean isSomebodyElses(Lease lease) {
        failing = false;
        var spec = Optional.ofNullable(lease.getSpec());
        holder = spec.map(LeaseSpec::getHolderIdentity).filter(name -> !name.isEmpty());
        if (holder.isEmpty() || holder.get().equals(self)) {
            return false;
        }
        var version = lease.getMetadata().getResourceVersion();
        var now = System.nanoTime();
        if (observed.filter(seen -> seen.version.equals(version)).isEmpty()) {
            observed = Optional.of(new Observed(version, now));
        }
        var seconds = spec.map(LeaseSpec::getLeaseDurationSeconds).orElse(0);
        var since = observed.map(Observed::sinceNanos).orElse(now);
        return now - since < Duration.ofSeconds(seconds).toNanos();
    }

    private LeaseSpec held(Optional<LeaseSpec> before) {
        askedAtNanos = System.nanoTime();
        var now = ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        var spec = new LeaseSpec();
        var renewed = before.filter(known -> self.equals(known.getHolderIdentity()));
        var transitions = before.map(LeaseSpec::getLeaseTransitions).orElse(0);
        spec.setHolderIdentity(self);
        spec.setLeaseDurationSeconds(Math.toIntExact(timing.lease().toSeconds()));
        spec.setAcquireTime(renewed.map(LeaseSpec::getAcquireTime).orElse(now));
        spec.setRenewTime(now);
        spec.setLeaseTransitions(renewed.isPresent() || before.isEmpty() ? transitions : transitions + 1);
        return spec;
    }

    private void update(Lease read, LeaseSpec spec) {
        client.resource(new LeaseBuilder(read).withSpec(spec).build())
                .lockResourceVersion(read.getMetadata().getResourceVersion())
                .update();
    }

    private void release() {
        if (!leading) {
            return;
        }
        leading = false;
        try {
            var lease = client.leases()
                    .inNamespace(installation.namespace())
                    .withName(nameOfLease())
                    .get();
            if (lease != null && self.equals(lease.getSpec().getHolderIdentity())) {
                var spec = held(Optional.of(lease.getSpec()));
                spec.setHolderIdentity("");
                update(lease, spec);
            }
        } catch (KubernetesClientException e) {
            log.atWarn()
                    .addKeyValue("lease", nameOfLease())
                    .setCause(ApiErrors.failure("Lease " + nameOfLease(), e))
                    .log("The Lease could not be let go; another replica leads when it has run out");
        }
    }

    private void tell(KubernetesClientException e) {
        // Who was slower than another replica just follows it.
        if (e.getCode() != CONFLICT && !failing && !stopping) {
            failing = true;
            log.atWarn()
                    .setCause(ApiErrors.failure("Lease " + nameOfLease(), e))
                    .log("The Lease cannot be read or written, so it is unknown who leads; it is tried again");
        }
    }

    private String nameOfLease() {
        return installation.object("control-plane");
    }
}
