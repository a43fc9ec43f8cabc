package dev.sekisho.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `deploy/sekisho`, as a user types it.
public final class SekishoScript {
    private SekishoScript() {}

    record Answer(int exitCode, String output) {}

    /// The checkout under test.
    public static Path root() {
        return Path.of(System.getProperty("sekisho.root"));
    }

    /// Starts it; what it prints, on both streams, comes on the process's input stream.
    static Process start(String... arguments) throws IOException {
        // A background job of a shell ignores SIGINT, and so would all that it starts: Ctrl-C could not be tested.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(root().resolve("deploy/sekisho").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /// Runs it to its end.
    static Answer run(String... arguments) throws IOException, InterruptedException {
        var process = start(arguments);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), output);
    }

    /// Processes of ours that were given a folder below `folder`.
    static List<String> programsOn(Path folder) throws IOException {
        var found = new ArrayList<String>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                try {
                    var commandLine =
                            Files.readString(process.resolve("cmdline")).replace('\0', ' ');
                    if (commandLine.contains(" standalone ") && commandLine.contains(folder.toString())) {
                        found.add(commandLine);
                    }
                } catch (IOException _) {
                    // It ended while we looked.
                }
            }
        }
        return found;
    }
}
