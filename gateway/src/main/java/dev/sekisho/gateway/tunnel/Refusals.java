package dev.sekisho.gateway.tunnel;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts every stranger that is turned away at the public port, and logs some of them: anyone on the internet may
/// knock, so one line per reason and interval has to do. Any thread.
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final LaneWatcher watcher;
    private final Map<RefusalReason, Told> told = new EnumMap<>(RefusalReason.class);

    private record Told(Instant at, long quiet) {}

    Refusals(InstantSource clock, LaneWatcher watcher) {
        this.clock = clock;
        this.watcher = watcher;
    }

    /// @param from the stranger's address
    /// @param reason may quote what the stranger sent; control characters are replaced
    void refused(RefusalReason kind, String from, String reason) {
        var printable = reason.replaceAll("\\p{Cntrl}", "?");
        watcher.refused(kind, printable);
        var quiet = admit(kind);
        if (quiet >= 0) {
            LOG.atWarn()
                    .addKeyValue("refusal", kind.label())
                    .addKeyValue("from", from)
                    .addKeyValue("reason", printable)
                    .addKeyValue("alikeLeftOut", quiet)
                    .log("A connection to the public port was refused");
        }
    }

    /// @return how many alike were not logged before this one, or -1 when this one is not to be logged either
    private synchronized long admit(RefusalReason kind) {
        var now = clock.instant();
        var last = told.get(kind);
        if (last != null && now.isBefore(last.at().plus(INTERVAL))) {
            told.put(kind, new Told(last.at(), last.quiet() + 1));
            return -1;
        }
        told.put(kind, new Told(now, 0));
        return last == null ? 0 : last.quiet();
    }
}
