package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.streams.DropReason;
import dev.sekisho.gateway.streams.StreamSide;
import dev.sekisho.gateway.streams.StreamSummary;
import dev.sekisho.gateway.streams.StreamWatcher;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// One log line per stream, when it has ended. Streams that ended in an ordinary way are INFO, all others WARN with
/// `reason`. Of the same refusal over and over, five lines in ten seconds are written and the others counted. Any
/// thread.
public final class StreamLog implements StreamWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLog.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int LINES_PER_INTERVAL = 5;
    private static final int MOST_KINDS = 1_000;
    private static final Kind BEYOND = new Kind("", "any", "any", "", "any");

    private final Floods<Kind> floods;
    private final Consumer<Bound> boundHit;

    /// What makes two refusals the same.
    private record Kind(String side, String caller, String service, String port, String outcome) {
        static Kind of(StreamSummary summary) {
            return new Kind(
                    StreamMeters.label(summary.side()),
                    callerOf(summary),
                    summary.service().toString(),
                    summary.port().toString(),
                    summary.outcome().label());
        }
    }

    /// @param boundHit notified for each line that is left out
    public StreamLog(InstantSource clock, Consumer<Bound> boundHit) {
        floods = new Floods<>(clock, INTERVAL, LINES_PER_INTERVAL, MOST_KINDS, BEYOND);
        this.boundHit = boundHit;
    }

    @Override
    public void started(StreamSide side, ServiceName service) {}

    @Override
    public void dropped(StreamSide side, ServiceName service, DropReason reason, int count) {
        if (reason == DropReason.TURNED_AWAY) {
            return; // its refusal has a line
        }
        floods.admit(new Kind(StreamMeters.label(side), "any", service.toString(), "any", reason.label()))
                .ifPresent(leftOut -> LOG.atWarn()
                        .addKeyValue("side", StreamMeters.label(side))
                        .addKeyValue("service", service.toString())
                        .addKeyValue("reason", reason.label())
                        .addKeyValue("datagrams", count)
                        .addKeyValue("alikeLeftOut", leftOut)
                        .log("Datagrams were dropped"));
    }

    @Override
    public void ended(StreamSummary summary) {
        if (summary.outcome().isOrdinary()) {
            line(Level.INFO, summary).log(summary.outcome().sentence());
            return;
        }
        var leftOut = floods.admit(Kind.of(summary));
        if (leftOut.isEmpty()) {
            boundHit.accept(Bound.STREAM_LINES);
            return;
        }
        var line = line(Level.WARN, summary)
                .addKeyValue("reason", LogText.of(summary.outcome().explanation()));
        if (leftOut.getAsLong() > 0) {
            line = line.addKeyValue("alikeLeftOut", leftOut.getAsLong());
        }
        line.log(summary.outcome().sentence());
    }

    /// Logs how many lines were left out that no later line has counted. To be called every few seconds, and once at
    /// the
    /// end.
    public void tellLeftOut() {
        floods.takeFinished()
                .forEach((kind, count) -> LOG.atWarn()
                        .addKeyValue("side", kind.side)
                        .addKeyValue("caller", kind.caller)
                        .addKeyValue("service", kind.service)
                        .addKeyValue("port", kind.port)
                        .addKeyValue("outcome", kind.outcome)
                        .addKeyValue("alikeLeftOut", count)
                        .log("Lines that said the same were left out of the log"));
    }

    private static LoggingEventBuilder line(Level level, StreamSummary summary) {
        var line = LOG.atLevel(level)
                .addKeyValue("id", LogText.of(summary.id()))
                .addKeyValue("side", StreamMeters.label(summary.side()))
                .addKeyValue("caller", callerOf(summary))
                .addKeyValue("callerAddress", LogText.of(summary.callerAddress()))
                .addKeyValue("service", summary.service().toString())
                .addKeyValue("port", summary.port().toString())
                .addKeyValue(
                        "destination",
                        summary.destination().map(ClusterName::value).orElse("none"))
                .addKeyValue("backend", summary.backend().isEmpty() ? "none" : LogText.of(summary.backend()))
                .addKeyValue("outcome", summary.outcome().label())
                .addKeyValue("sentBytes", summary.sentBytes())
                .addKeyValue("receivedBytes", summary.receivedBytes())
                .addKeyValue(
                        "openTime", summary.openTime().map(StreamLog::millis).orElse("none"))
                .addKeyValue("duration", millis(summary.duration()))
                .addKeyValue("policyVersion", LogText.of(summary.policyVersion()));
        return summary.audited()
                .map(audited -> line.addKeyValue(
                        "wouldBeDenied",
                        LogText.of(audited.by().name().toLowerCase(Locale.ROOT) + ": " + audited.why())))
                .orElse(line);
    }

    /// `cluster/namespace/pod`.
    private static String callerOf(StreamSummary summary) {
        return summary.callerCluster().map(ClusterName::value).orElse("unknown")
                + summary.callerPod()
                        .map(PodName::toString)
                        .map(pod -> "/" + pod)
                        .orElse("");
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }
}
