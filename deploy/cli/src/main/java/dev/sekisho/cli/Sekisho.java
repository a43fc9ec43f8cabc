package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.cli.demo.DemoCommand;
import dev.sekisho.cli.kubernetes.ControlPlaneCommand;
import dev.sekisho.cli.kubernetes.GatewayCommand;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The root of the command line. See [ExitCodes] for what commands end with.
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
        var commands = new CommandLine(new Sekisho())
                .registerConverter(Path.class, Sekisho::path)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Sekisho::wrongUsage)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    switch (failure) {
                        case UserError told -> command.getErr().println("sekisho: " + told.getMessage());
                        case FileSystemException file -> command.getErr().println("sekisho: " + Reasons.of(file));
                        default -> throw failure;
                    }
                    return ExitCodes.WRONG_USE;
                });
        ExitCodes.apply(commands);
        return commands;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is no path: " + e.getReason());
        }
    }

    /// What is wrong and where more is to be read: a page of help above or below it would bury the reason. Only who did
    /// not name a command is shown which there are.
    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        var command = wrong.getCommandLine();
        var err = command.getErr();
        err.println("sekisho: " + wrong.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(wrong, err)) {
            if (command.getSubcommands().isEmpty()) {
                var name = command.getCommandSpec().qualifiedName();
                err.println("See: " + Shell.sekisho(name.substring(name.indexOf(' ') + 1) + " --help"));
            } else {
                command.usage(err);
            }
        }
        return ExitCodes.WRONG_USE;
    }
}
