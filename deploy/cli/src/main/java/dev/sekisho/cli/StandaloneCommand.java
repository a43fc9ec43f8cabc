package dev.sekisho.cli;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "2:wrong use, or it could not start; the last line says why",
            "130:it was stopped by Ctrl-C",
            "143:it was stopped by SIGTERM"
        })
public final class StandaloneCommand implements Callable<Integer> {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

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

    /// The demo's programs are no use to anybody when it was killed, and would keep its ports.
    @Option(names = "--end-with", hidden = true, paramLabel = "PID", description = "End when that process does.")
    private Optional<Long> parent = Optional.empty();

    @Override
    public Integer call() {
        parent.ifPresent(StandaloneCommand::endWith);
        var settings = folder.settings();
        var makers = new ArrayList<Function<Vertx, Program>>();
        if (role != Role.GATEWAY) {
            makers.add(vertx -> StandalonePrograms.controlPlane(settings, vertx));
        }
        if (role != Role.CONTROL_PLANE) {
            makers.add(vertx -> StandalonePrograms.gateway(settings, vertx));
        }
        return ProgramRun.run(
                settings.logFormat(),
                makers,
                START_TIMEOUT,
                line -> line.addKeyValue("cluster", settings.cluster())
                        .addKeyValue("clusterSet", settings.clusterSet())
                        .addKeyValue("role", role)
                        .addKeyValue("directory", settings.directory()));
    }

    private static void endWith(long parent) {
        var running = ProcessHandle.of(parent)
                .orElseThrow(() -> new UserError("--end-with: no process " + parent + " is running"));
        var _ = running.onExit().thenRun(() -> System.exit(0));
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
