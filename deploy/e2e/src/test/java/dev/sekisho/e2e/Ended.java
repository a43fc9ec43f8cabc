package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A program that has ended, with what it printed.
public record Ended(List<String> command, int status, String output, String errors) {

    /// Runs a program to its end.
    ///
    /// @param limit after which it is killed, and the test fails
    /// @param environment added to ours
    /// @param input what it reads as its standard input
    public static Ended of(Duration limit, Map<String, String> environment, String input, List<String> command) {
        return of(limit, environment, input, command, _ -> {});
    }

    /// Runs a program to its end that takes minutes: what it says of how far it is, on its standard error, is printed
    /// as it comes.
    static Ended shown(Duration limit, List<String> command) {
        return of(limit, Map.of(), "", command, System.out::println);
    }

    private static Ended of(
            Duration limit,
            Map<String, String> environment,
            String input,
            List<String> command,
            Consumer<String> progress) {
        try {
            return run(limit, environment, input, command, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(command + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the test was broken off during " + command, e);
        }
    }

    private static Ended run(
            Duration limit,
            Map<String, String> environment,
            String input,
            List<String> command,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        // Files and not pipes: what the program leaves running would keep a pipe open.
        var output = Files.createTempFile("ended", ".out");
        var errors = Files.createTempFile("ended", ".err");
        try {
            var builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // It ended without reading all; its status tells why.
            }
            var inTime = inTime(process, limit, errors, progress);
            if (!inTime) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            var ended = new Ended(command, process.exitValue(), Files.readString(output), Files.readString(errors));
            if (!inTime) {
                throw new AssertionError(command + " did not end within " + limit + ": " + ended.said());
            }
            return ended;
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static boolean inTime(Process process, Duration limit, Path errors, Consumer<String> progress)
            throws IOException, InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        try (var said = Files.newBufferedReader(errors)) {
            while (true) {
                var ended = process.waitFor(1, TimeUnit.SECONDS);
                for (var line = said.readLine(); line != null; line = said.readLine()) {
                    progress.accept(line);
                }
                if (ended || System.nanoTime() > deadline) {
                    return ended;
                }
            }
        }
    }

    /// All that it printed.
    public String said() {
        return output + errors;
    }

    public Ended succeeds() {
        assertThat(status).as("%s: %s", command, said()).isZero();
        return this;
    }

    public void failsSaying(String reason) {
        assertThat(status).as("%s: %s", command, said()).isNotZero();
        assertThat(said()).contains(reason);
    }
}
