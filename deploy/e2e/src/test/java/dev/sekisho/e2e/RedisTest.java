package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real redis-server is the pod `shop/db-0` of tokyo; redis-benchmark calls it from osaka.
@NeedsPrograms({"redis-server", "redis-benchmark"})
class RedisTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void redis_benchmark_runs_through_two_clusters_without_an_error() throws Exception {
        try (var pair = ClusterPair.in(folder, "-Dio.netty.leakDetection.level=paranoid")) {
            // redis-benchmark cannot bind an address, so it comes from the one the kernel picks.
            Files.writeString(
                    pair.osakaFolder().resolve("workloads.yaml"),
                    Files.readString(pair.osakaFolder().resolve("workloads.yaml"))
                            .replace(pair.frontend().address().getHostAddress(), "127.0.0.1"));
            var redis = new ProcessBuilder(
                            "redis-server",
                            "--bind",
                            pair.dbAddress().getHostAddress(),
                            "--port",
                            "6379",
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--protected-mode",
                            "no",
                            "--dir",
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("redis.log").toFile())
                    .start();
            try {
                pair.startTokyo();
                pair.startOsaka();
                Await.until(
                        "osaka to import " + ClusterPair.DB,
                        () -> pair.frontend().resolve(ClusterPair.DB).isPresent());
                var address =
                        pair.frontend().resolve(ClusterPair.DB).orElseThrow().getHostAddress();

                var benchmark = new ProcessBuilder(
                                "redis-benchmark",
                                "-h",
                                address,
                                "-p",
                                "6379",
                                "-q",
                                "-n",
                                "20000",
                                "-c",
                                "50",
                                "-t",
                                "ping,set,get,lpush,lrange_100,mset")
                        .redirectErrorStream(true)
                        .start();
                var output = new String(benchmark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(benchmark.waitFor()).as(output).isZero();
                assertThat(output).contains("requests per second").doesNotContainIgnoringCase("error");
                assertThat(pair.logs()).doesNotContain("LEAK");
            } finally {
                redis.destroy();
                redis.waitFor();
            }
        }
    }
}
