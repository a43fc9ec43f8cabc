package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.controlplane.standalone.ClusterFile;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The `--directory` option of the commands that are for standalone clusters only.
final class ClusterFolder {
    @Option(
            names = {"-d", "--directory"},
            required = true,
            paramLabel = "DIR",
            description = "The cluster's folder; cluster.yaml in it names the cluster.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path directory;

    Path directory() {
        return directory;
    }

    /// What `cluster.yaml` says.
    ///
    /// @throws UserError when it is not there or not right
    StandaloneSettings settings() {
        return settings(directory);
    }

    static StandaloneSettings settings(Path directory) {
        try {
            return ClusterFile.read(directory);
        } catch (NoSuchFileException e) {
            throw new UserError(
                    directory.resolve(ClusterFile.NAME)
                            + " is not there: --directory must name a cluster's folder, and that file names the cluster"
                            + " (the README shows one)",
                    e);
        } catch (IOException e) {
            throw new UserError(Reasons.of(directory.resolve(ClusterFile.NAME), e), e);
        } catch (IllegalArgumentException e) {
            throw new UserError("in " + directory + ":\n" + e.getMessage(), e);
        }
    }
}
