package dev.sekisho.gateway.telemetry;

import static java.util.stream.Collectors.toMap;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What one class logs while a test runs.
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;

    /// @param text as the text log prints it: message, then keys and values
    public record Line(Level level, String message, Map<String, String> fields, String text) {}

    private LogLines(Class<?> of) {
        logger = (Logger) LoggerFactory.getLogger(of);
    }

    public static LogLines of(Class<?> type) {
        var lines = new LogLines(type);
        lines.start();
        lines.logger.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    public List<Line> all() {
        return events.stream()
                .map(event -> new Line(
                        event.getLevel(),
                        event.getFormattedMessage(),
                        event.getKeyValuePairs().stream()
                                .collect(toMap(pair -> pair.key, pair -> String.valueOf(pair.value))),
                        event.getFormattedMessage() + " " + event.getKeyValuePairs()))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
