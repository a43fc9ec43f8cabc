package dev.sekisho.controlplane.kubernetes;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What the control plane warns an operator of in its log, with fields and causes, from here until this is closed.
final class Told extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.sekisho.controlplane");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    static Told fromNow() {
        var told = new Told();
        told.start();
        told.logger.addAppender(told);
        return told;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
            return;
        }
        var cause = Optional.ofNullable(event.getThrowableProxy())
                .map(thrown -> thrown.getMessage())
                .orElse("");
        lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs() + " " + cause);
    }

    List<String> containing(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
