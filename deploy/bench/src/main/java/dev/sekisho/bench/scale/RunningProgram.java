package dev.sekisho.bench.scale;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// One of our two programs in a process of its own, as it is in a pod: the image's options, and a heap of what those
/// give it under the chart's memory limit. Ends when this is closed.
final class RunningProgram implements AutoCloseable {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final long KIB_PER_MIB = 1024;
    private static final Pattern GENERATION = Pattern.compile(" total \\d+K, used (\\d+)K");

    private final String name;
    private final Process process;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int adminPort;

    private RunningProgram(String name, Process process, Path log, int adminPort) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.adminPort = adminPort;
    }

    /// @param name the command, and the name of its files in `folder`
    static RunningProgram start(
            String name, Path folder, int heapMebibytes, int adminPort, Map<String, String> variables)
            throws IOException {
        var log = folder.resolve(name + ".log");
        var command = new ArrayList<>(List.of(
                JAVA.resolve("java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx" + heapMebibytes + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sekisho.cli.Sekisho",
                name,
                "--settings",
                folder.resolve(name + ".yaml").toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(variables);
        var process = builder.start();
        // Also when this run is broken off.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        return new RunningProgram(name, process, log, adminPort);
    }

    /// @return since now
    Duration awaitReady() throws IOException, InterruptedException {
        var begun = System.nanoTime();
        while (System.nanoTime() - begun < LONGEST_START.toNanos()) {
            if (!process.isAlive()) {
                throw new IOException(name + " has ended; see " + log);
            }
            try {
                var request = HttpRequest.newBuilder(page("/readyz")).build();
                if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return Duration.ofNanos(System.nanoTime() - begun);
                }
            } catch (IOException _) {
                // It does not listen yet.
            }
            Thread.sleep(Duration.ofMillis(20));
        }
        throw new IOException(name + " is not ready after " + LONGEST_START + "; see " + log);
    }

    String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(page(path)).build(), BodyHandlers.ofString())
                .body();
    }

    private URI page(String path) {
        return URI.create("http://127.0.0.1:" + adminPort + path);
    }

    /// The sum of a counter over all its tags that contain `tag`.
    double metric(String meter, String tag) throws IOException, InterruptedException {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(meter) && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// All the time its threads have had a processor.
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// @param line of /proc/PID/status: `VmRSS` (now), `VmHWM` (the most so far)
    long mebibytes(String line) throws IOException {
        for (var each : Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            if (each.startsWith(line + ":")) {
                return Long.parseLong(each.replaceAll("\\D", "")) / KIB_PER_MIB;
            }
        }
        throw new IOException("/proc does not tell " + line);
    }

    /// What the heap holds after two collections: the first one lets go of what is only waiting to be cleaned up.
    long liveHeapMebibytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        jcmd("GC.run");
        return GENERATION
                        .matcher(jcmd("GC.heap_info"))
                        .results()
                        .mapToLong(generation -> Long.parseLong(generation.group(1)))
                        .sum()
                / KIB_PER_MIB;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        var jcmd = new ProcessBuilder(JAVA.resolve("jcmd").toString(), String.valueOf(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        var said = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + " of " + name + ": " + said);
        }
        return said;
    }

    @Override
    public void close() throws IOException {
        http.close();
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
