package dev.sekisho.cli;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Runs a standalone cluster until SIGTERM or SIGINT.
@Command(
        name = "standalone",
        description = {
            "Runs the control plane and the gateway of a cluster that is described by a folder of YAML.",
            "On SIGTERM and Ctrl-C it takes no new streams, lets open ones end for a while, and leaves."
        },
        mixinStandardHelpOptions = true)
public final class StandaloneCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(StandaloneCommand.class);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

    enum Role {
        ALL,
        CONTROL_PLANE,
        GATEWAY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Mixin
    private ClusterFolder folder = new ClusterFolder();

    @Option(
            names = "--role",
            converter = RoleConverter.class,
            paramLabel = "ROLE",
            description = "Which program to run here: all, control-plane or gateway; default ${DEFAULT-VALUE}.")
    private Role role = Role.ALL;

    @Override
    public Integer call() {
        var settings = folder.settings();
        CommandLineLogging.use(settings.logFormat());
        // NIO: with Netty 4.2.18 epoll forgets a channel whose input has ended, and the rest of its output fails.
        var vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setPreferNativeTransport(false)
                        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()))
                .build();
        var programs = new ArrayList<Program>();
        var ended = new CountDownLatch(1);
        try {
            if (role != Role.GATEWAY) {
                programs.add(StandalonePrograms.controlPlane(settings, vertx));
            }
            if (role != Role.CONTROL_PLANE) {
                programs.add(StandalonePrograms.gateway(settings, vertx));
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(programs, vertx, ended), "stop"));
            for (var program : programs) {
                await(program.start(), START_TIMEOUT);
            }
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new UserError(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new UserError("not started after " + START_TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while starting", e);
        }
        LOG.atInfo()
                .addKeyValue("cluster", settings.cluster())
                .addKeyValue("clusterSet", settings.clusterSet())
                .addKeyValue("role", role)
                .addKeyValue("directory", settings.directory())
                .log("Started");
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void stop(List<Program> programs, Vertx vertx, CountDownLatch ended) {
        LOG.info("Stopping");
        try {
            for (var program : programs.reversed()) {
                await(program.stop(), STOP_TIMEOUT);
            }
            await(vertx.close(), STOP_TIMEOUT);
            LOG.info("Stopped");
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("Could not stop in order");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.countDown();
    }

    private static void await(Future<Void> future, Duration atMost)
            throws ExecutionException, InterruptedException, TimeoutException {
        future.toCompletionStage().toCompletableFuture().get(atMost.toSeconds(), TimeUnit.SECONDS);
    }

    static final class RoleConverter implements ITypeConverter<Role> {
        @Override
        public Role convert(String text) {
            for (var each : Role.values()) {
                if (each.toString().equals(text)) {
                    return each;
                }
            }
            throw new TypeConversionException("must be all, control-plane or gateway, got '" + text + "'");
        }
    }
}
