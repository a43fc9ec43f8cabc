package dev.sekisho.log;

import static java.util.stream.Collectors.toMap;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// What is logged from here until this is closed.
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;

    /// @param text as the text log prints it: message, then keys and values; then the cause's message, if there is one
    public record Line(Level level, String message, Map<String, String> fields, String text) {}

    private LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
    }

    /// By any code of ours.
    public static LogLines captured() {
        return captured("dev.sekisho");
    }

    /// By one class.
    public static LogLines of(Class<?> type) {
        return captured(type.getName());
    }

    private static LogLines captured(String name) {
        var lines = new LogLines(name);
        lines.start();
        lines.logger.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    public List<Line> all() {
        return events.stream().map(LogLines::line).toList();
    }

    /// The texts of the lines of any level that contain a text.
    public List<String> containing(String text) {
        return all().stream()
                .map(Line::text)
                .filter(line -> line.contains(text))
                .toList();
    }

    /// The texts of warnings and errors that contain a text.
    public List<String> warnings(String containing) {
        return all().stream()
                .filter(line -> line.level().isGreaterOrEqual(Level.WARN))
                .map(Line::text)
                .filter(line -> line.contains(containing))
                .toList();
    }

    private static Line line(ILoggingEvent event) {
        var pairs = Optional.ofNullable(event.getKeyValuePairs()).orElse(List.<KeyValuePair>of());
        var cause = Optional.ofNullable(event.getThrowableProxy())
                .map(thrown -> " " + thrown.getMessage())
                .orElse("");
        return new Line(
                event.getLevel(),
                event.getFormattedMessage(),
                pairs.stream().collect(toMap(pair -> pair.key, pair -> String.valueOf(pair.value))),
                event.getFormattedMessage() + " " + pairs + cause);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
