package dev.sekisho.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.sekisho.controlplane.settings.LogFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where log lines go: one line per event, as text for people or JSON for machines.
final class CommandLineLogging {
    private CommandLineLogging() {}

    /// For commands that talk to the user themselves: only what went wrong is logged, on standard error.
    static void warningsOnly() {
        use(LogFormat.TEXT, Level.WARN, "System.err");
        clientOfApiServer(Level.OFF);
    }

    /// For programs that run: on standard output. Replaces whatever logging was set up before.
    static void use(LogFormat format) {
        use(format, Level.INFO, "System.out");
        clientOfApiServer(Level.ERROR);
    }

    /// What it has to say comes to us as an exception, and is told once by whoever asked.
    private static void clientOfApiServer(Level level) {
        ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger("io.fabric8")
                .setLevel(level);
    }

    private static void use(LogFormat format, Level level, String target) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var encoder = encoder(format);
        encoder.setContext(context);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder);
        console.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(console);
    }

    private static Encoder<ILoggingEvent> encoder(LogFormat format) {
        return switch (format) {
            case TEXT -> {
                var text = new PatternLayoutEncoder();
                text.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %msg %kvp%n");
                yield text;
            }
            case JSON -> {
                var json = new JsonEncoder();
                json.setWithFormattedMessage(true);
                json.setWithSequenceNumber(false);
                json.setWithContext(false);
                json.setWithNanoseconds(false);
                yield json;
            }
        };
    }
}
