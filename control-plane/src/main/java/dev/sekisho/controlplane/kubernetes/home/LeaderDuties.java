package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.EndedThread;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to the duties of the replica that leads: all at once when it begins to, then every half minute, and what failed
/// again within seconds. On a virtual thread of its own.
public final class LeaderDuties {
    private static final Logger log = LoggerFactory.getLogger(LeaderDuties.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final List<LeaderDuty> duties;
    private final Map<String, String> failing = new HashMap<>();
    private final Thread thread = Thread.ofVirtual().name("leader-duties").unstarted(this::run);

    /// @param duties in the order in which they are seen to
    public LeaderDuties(List<LeaderDuty> duties) {
        this.duties = List.copyOf(duties);
    }

    /// Called once, when this replica leads.
    public void start() {
        thread.start();
    }

    /// Also when it was never started.
    ///
    /// @return completes when nothing more is written
    public Future<Void> stop() {
        return EndedThread.of(thread, () -> {});
    }

    private void run() {
        var retry = FIRST_RETRY;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                duties.forEach(this::fulfil);
                if (failing.isEmpty()) {
                    retry = FIRST_RETRY;
                    Thread.sleep(LOOK_EVERY);
                } else {
                    Thread.sleep(retry);
                    retry = shorter(retry.multipliedBy(2), LOOK_EVERY);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void fulfil(LeaderDuty duty) {
        try {
            duty.fulfil();
            if (failing.remove(duty.name()) != null) {
                log.atInfo().addKeyValue("what", duty.name()).log("A duty of the leading replica could be done again");
            }
        } catch (IOException | RuntimeException e) {
            var reason = String.valueOf(e.getMessage());
            // Tried often, it would say the same often.
            if (!Thread.currentThread().isInterrupted() && !reason.equals(failing.put(duty.name(), reason))) {
                log.atWarn()
                        .addKeyValue("what", duty.name())
                        .addKeyValue("reason", reason)
                        .log("A duty of the leading replica could not be done; it is tried again");
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
