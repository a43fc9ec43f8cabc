package dev.sekisho.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// One interleaved run: plaintext haproxy twice, mutual-TLS haproxy twice and Sekisho carry the same load in turn,
/// round after round. Printed are medians, and each contender's ratio to the TLS peer.
public final class Smoke {
    private static final String PEER = "haproxy, mTLS";

    private final int rounds;
    private final long bulkBytes;
    private final Duration callTime;

    private Smoke(int rounds, long bulkBytes, Duration callTime) {
        this.rounds = rounds;
        this.bulkBytes = bulkBytes;
        this.callTime = callTime;
    }

    /// @param args rounds (default 5), MB per bulk stream (512), seconds of calls per round (4)
    public static void main(String[] args) throws Exception {
        var rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        var megabytes = args.length > 1 ? Integer.parseInt(args[1]) : 512;
        var seconds = args.length > 2 ? Integer.parseInt(args[2]) : 4;
        new Smoke(rounds, megabytes * 1_000_000L, Duration.ofSeconds(seconds)).run();
    }

    private record Figures(
            double megabytesPerSecond, double cpuSecondsPerGigabyte, double callsPerSecond, double cpuMicrosPerCall) {}

    private void run() throws Exception {
        var folder = Files.createTempDirectory("sekisho-bench-");
        var host = InetAddress.ofLiteral("127.244.0.1");
        var sink = new InetSocketAddress(host, SekishoPair.BULK_PORT);
        var echo = new InetSocketAddress(host, SekishoPair.ECHO_PORT);
        try (var _ = Load.start(host, sink.getPort(), echo.getPort());
                var plain = HaproxyPair.plain(folder, sink, echo);
                var tls = HaproxyPair.withTls(folder, sink, echo);
                var sekisho = SekishoPair.start(folder, host)) {
            measure(List.of(plain, tls, sekisho));
        } finally {
            try (var paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private void measure(List<Contender> contenders) throws IOException, InterruptedException {
        System.out.printf(
                "%d rounds, interleaved; per round one bulk stream of %d MB and %d s of connect-request-close (8"
                        + " clients)%n",
                rounds, bulkBytes / 1_000_000, callTime.toSeconds());
        System.out.println("warming up ...");
        for (var contender : contenders) {
            Load.bulk(contender.bulk(), bulkBytes);
            Load.connectRequestClose(contender.echo(), callTime.multipliedBy(2));
        }
        Map<String, List<Figures>> figures = new LinkedHashMap<>();
        for (var round = 1; round <= rounds; round++) {
            System.out.println("round " + round + " of " + rounds + " ...");
            for (var contender : contenders) {
                figures.computeIfAbsent(contender.name(), _ -> new ArrayList<>())
                        .add(measure(contender));
            }
        }
        print(figures);
    }

    private Figures measure(Contender contender) throws IOException, InterruptedException {
        var before = contender.cpuSeconds();
        var took = Load.bulk(contender.bulk(), bulkBytes);
        var afterBulk = contender.cpuSeconds();
        var calls = Load.connectRequestClose(contender.echo(), callTime);
        var afterCalls = contender.cpuSeconds();
        return new Figures(
                bulkBytes / 1e6 / (took.toNanos() / 1e9),
                (afterBulk - before) / (bulkBytes / 1e9),
                calls / (double) callTime.toSeconds(),
                (afterCalls - afterBulk) * 1e6 / Math.max(1, calls));
    }

    private static void print(Map<String, List<Figures>> figures) {
        var peer = figures.getOrDefault(PEER, List.of());
        System.out.println();
        System.out.println("medians [min-max], and in brackets the ratio to " + PEER);
        System.out.printf(
                "%-20s %30s %30s %30s %30s%n",
                "", "bulk MB/s", "CPU s/GB, both", "new connections/s", "CPU us/connection");
        figures.forEach((name, rounds) -> System.out.printf(
                "%-20s %30s %30s %30s %30s%n",
                name,
                cell(rounds, peer, Figures::megabytesPerSecond, "%.0f"),
                cell(rounds, peer, Figures::cpuSecondsPerGigabyte, "%.2f"),
                cell(rounds, peer, Figures::callsPerSecond, "%.0f"),
                cell(rounds, peer, Figures::cpuMicrosPerCall, "%.0f")));
    }

    private static String cell(
            List<Figures> rounds, List<Figures> peer, ToDoubleFunction<Figures> figure, String format) {
        var sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        var median = sorted[sorted.length / 2];
        var peerSorted = peer.stream().mapToDouble(figure).sorted().toArray();
        var ratio = median / peerSorted[peerSorted.length / 2];
        return (format + " [" + format + "-" + format + "] (%.2f)")
                .formatted(median, sorted[0], sorted[sorted.length - 1], ratio);
    }
}
