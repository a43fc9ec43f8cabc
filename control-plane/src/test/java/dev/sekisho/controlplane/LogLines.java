package dev.sekisho.controlplane;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What the program logs while a test runs.
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.sekisho");

    public static LogLines captured() {
        var lines = new LogLines();
        lines.start();
        lines.logger.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    public List<String> warnings(String containing) {
        return events.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(LogLines::text)
                .filter(text -> text.contains(containing))
                .toList();
    }

    /// Everything, with key/values and causes.
    public String all() {
        return String.join("\n", events.stream().map(LogLines::text).toList());
    }

    private static String text(ILoggingEvent event) {
        var cause = event.getThrowableProxy() == null
                ? ""
                : event.getThrowableProxy().getMessage();
        return event.getKeyValuePairs() + " " + event.getFormattedMessage() + " " + cause;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
