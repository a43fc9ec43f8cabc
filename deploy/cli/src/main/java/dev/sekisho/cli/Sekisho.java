package dev.sekisho.cli;

import dev.sekisho.cli.demo.DemoCommand;
import dev.sekisho.cli.kubernetes.ControlPlaneCommand;
import dev.sekisho.cli.kubernetes.GatewayCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The root of the command line. Exit codes: 0 done, 1 failed with a message, 2 wrong usage.
@Command(
        name = "sekisho",
        description = "Connects clusters: calls by name, mTLS between gateways, NetworkPolicy on both ends.",
        mixinStandardHelpOptions = true,
        version = "sekisho 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            StandaloneCommand.class,
            ControlPlaneCommand.class,
            GatewayCommand.class,
            CaCommand.class,
            PeerCommand.class,
            StatusCommand.class,
            ExplainCommand.class,
            CheckCommand.class,
            PolicyCommand.class,
            HelpCommand.class
        })
public final class Sekisho implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
    private CommandSpec spec;

    private Sekisho() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: one of the commands below.");
    }

    public static void main(String[] args) {
        CommandLineLogging.warningsOnly();
        System.exit(commandLine().execute(args));
    }

    /// The whole command line, ready to execute; failures a user can act on are printed as one line.
    public static CommandLine commandLine() {
        return new CommandLine(new Sekisho())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (!(failure instanceof UserError)) {
                        throw failure;
                    }
                    command.getErr().println("sekisho: " + failure.getMessage());
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }
}
