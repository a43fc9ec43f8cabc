package dev.sekisho.cli.demo;

import static java.util.Objects.requireNonNull;

import dev.sekisho.cli.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One program of one demo cluster, `sekisho standalone --role …`, as a child process. Its output goes to a log file.
public final class DemoProcess {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final Path directory;
    private final String role;
    private final URI readyz;
    private final Path log;
    private final List<String> javaOptions;
    private @Nullable Process started;

    private DemoProcess(Path directory, String role, URI readyz, Path log, List<String> javaOptions) {
        this.directory = directory;
        this.role = role;
        this.readyz = readyz;
        this.log = log;
        this.javaOptions = List.copyOf(javaOptions);
    }

    /// @param directory the cluster's folder
    /// @param role `control-plane` or `gateway`
    /// @param readyz the program's readiness page
    /// @param javaOptions more options for its JVM
    static DemoProcess start(Path directory, String role, URI readyz, List<String> javaOptions) {
        var log = directory.resolveSibling(directory.getFileName() + "-" + role + ".log");
        var process = new DemoProcess(directory, role, readyz, log, javaOptions);
        process.restart();
        return process;
    }

    private Process spawn() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmx256m"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.sekisho.cli.Sekisho"));
        command.addAll(List.of("standalone", "--directory", directory.toString(), "--role", role));
        command.addAll(
                List.of("--end-with", Long.toString(ProcessHandle.current().pid())));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UserError("cannot start the " + role + " of " + directory + ": " + e.getMessage(), e);
        }
    }

    /// Everything the program has printed so far, over its restarts.
    public Path log() {
        return log;
    }

    /// The process that runs now, or ran last.
    public Process process() {
        return requireNonNull(started);
    }

    /// Waits until the program says it is ready.
    ///
    /// @throws UserError when it ends or is not ready in time, with the end of its log
    public void awaitReady() throws InterruptedException {
        var deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        try (var client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            var request = HttpRequest.newBuilder(readyz)
                    .timeout(Duration.ofSeconds(2))
                    .build();
            var answer = "no answer";
            while (System.nanoTime() < deadline) {
                if (!process().isAlive()) {
                    throw new UserError("the " + role + " of " + directory.getFileName() + " ended with code "
                            + process().exitValue() + ":\n" + endOfLog());
                }
                try {
                    var response = client.send(request, BodyHandlers.ofString());
                    if (response.statusCode() == 200) {
                        return;
                    }
                    answer = response.body();
                } catch (IOException e) {
                    answer = String.valueOf(e.getMessage());
                }
                Thread.sleep(50);
            }
            throw new UserError("the " + role + " of " + directory.getFileName() + " is not ready after "
                    + START_TIMEOUT.toSeconds() + " s; it waits for: " + answer + "\n" + endOfLog());
        }
    }

    /// Ends the process as a crash would, and waits until it is gone.
    public void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    /// Starts the program again on the same folder.
    public void restart() {
        started = spawn();
    }

    /// Ends the process as an operator would; by force when that takes too long.
    public void stop() {
        var process = process();
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String endOfLog() {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
