package dev.sekisho.cli.kubernetes;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The `--settings` option of both programs.
final class SettingsOption {
    @Option(
            names = "--settings",
            required = true,
            paramLabel = "FILE",
            description = "The settings of this installation: settings.yaml, see docs/operating.md.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path file;

    PodSettings read() {
        return SettingsYaml.read(file);
    }
}
