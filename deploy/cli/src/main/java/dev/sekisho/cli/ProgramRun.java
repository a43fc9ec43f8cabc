package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.controlplane.settings.LogFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Runs programs in this process until SIGTERM or SIGINT stops them, or one of them ends by itself.
public final class ProgramRun {
    private static final Logger LOG = LoggerFactory.getLogger(ProgramRun.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final List<Program> programs;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private ProgramRun(Vertx vertx, List<Program> programs) {
        this.vertx = vertx;
        this.programs = programs;
    }

    /// @param makers of the programs, which are started in this order and stopped in reverse
    /// @param startWithin how long each may take to start
    /// @param about adds what an operator wants to know to the line that says that all have started
    /// @return the exit code that a program ended with; a signal ends the process instead
    /// @throws UserError when a program cannot start
    public static int run(
            LogFormat logFormat,
            List<Function<Vertx, Program>> makers,
            Duration startWithin,
            UnaryOperator<LoggingEventBuilder> about) {
        CommandLineLogging.use(logFormat);
        // NIO: with Netty 4.2.18 epoll forgets a channel whose input has ended, and the rest of its output fails.
        var vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setPreferNativeTransport(false)
                        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()))
                .build();
        var programs = makers.stream().map(maker -> maker.apply(vertx)).toList();
        return new ProgramRun(vertx, programs).run(startWithin, about);
    }

    private int run(Duration startWithin, UnaryOperator<LoggingEventBuilder> about) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        try {
            for (var program : programs) {
                program.ended().onSuccess(ended::complete);
                await(program.start(), startWithin);
            }
            about.apply(LOG.atInfo()).log("Started");
            return ended.get();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new UserError(
                    cause instanceof IOException failure ? Reasons.of(failure) : String.valueOf(cause.getMessage()),
                    cause);
        } catch (TimeoutException e) {
            throw new UserError("not started after " + startWithin.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted", e);
        }
    }

    private void stop() {
        LOG.info("Stopping");
        try {
            for (var program : programs.reversed()) {
                await(program.stop(), program.stopsWithin());
            }
            await(vertx.close(), CLOSE_TIMEOUT);
            LOG.info("Stopped");
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("The programs could not be stopped in order");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.complete(0);
    }

    private static void await(Future<Void> future, Duration atMost)
            throws ExecutionException, InterruptedException, TimeoutException {
        future.toCompletionStage().toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
