package dev.sekisho.e2e;

import static dev.sekisho.e2e.ClusterPair.DB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.demo.DemoAddresses;
import dev.sekisho.cli.demo.DemoCaller;
import dev.sekisho.cli.demo.DemoCluster;
import dev.sekisho.cli.demo.DemoFiles;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two hosts set up with the commands of the README's table, one after the other.
class ByHandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void the_commands_of_the_readme_link_two_hosts() throws Exception {
        try (var pair = DemoAddresses.freePair()) {
            link(pair.tokyo(), pair.osaka());
        }
    }

    private void link(DemoAddresses ofTokyo, DemoAddresses ofOsaka) throws Exception {
        var tokyo = folder.resolve("tokyo");
        var osaka = folder.resolve("osaka");
        DemoCluster.save(tokyo, "cluster.yaml", DemoFiles.cluster("tokyo", ofTokyo));
        DemoCluster.save(tokyo, "workloads.yaml", DemoFiles.tokyoWorkloads(ofTokyo));
        DemoCluster.save(tokyo, "policy.yaml", DemoFiles.TOKYO_POLICY);
        DemoCluster.save(osaka, "cluster.yaml", DemoFiles.cluster("osaka", ofOsaka));
        DemoCluster.save(osaka, "workloads.yaml", DemoFiles.osakaWorkloads(ofOsaka));

        succeeds("ca", "init", "--directory", tokyo.toString());
        succeeds("ca", "init", "--directory", osaka.toString());
        addPeer("osaka", tokyo, ofOsaka, osaka);
        addPeer("tokyo", osaka, ofTokyo, tokyo);
        var programs = new Process[] {standalone(tokyo), standalone(osaka)};
        var vertx = Vertx.vertx();
        try (var _ = LineServer.on(InetAddress.ofLiteral(ofTokyo.pod(1)))) {
            var frontend = DemoCaller.of(vertx, "frontend-0", InetAddress.ofLiteral(ofOsaka.pod(1)), ofOsaka.dns());
            Await.until(
                    "a call to go through",
                    () -> frontend.call(DB, 6379, "hello").equals("db: hello"));

            assertThat(succeeds("peer", "list", "--directory", osaka.toString(), "-o", "yaml"))
                    .contains("tokyo", "connected: true");
            assertThat(succeeds("status", "--directory", osaka.toString())).contains("shop/db", "tokyo");
            assertThat(explain(osaka, "shop/frontend-0")).satisfies(allowed -> {
                assertThat(allowed.output()).contains("shop/db-from-frontend");
                assertThat(allowed.exitCode()).isZero();
            });
            assertThat(explain(osaka, "shop/batch-0")).satisfies(denied -> {
                assertThat(denied.output()).contains("shop/db-from-frontend");
                assertThat(denied.exitCode()).isEqualTo(1);
            });
            assertThat(osaka.resolve("status")).isDirectoryContaining("glob:**/serviceimports.yaml");

            for (var program : programs) {
                program.destroy();
            }
            for (var program : programs) {
                assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            for (var program : programs) {
                program.destroyForcibly();
            }
            vertx.close();
        }
    }

    private static SekishoScript.Answer explain(Path directory, String from) throws Exception {
        return SekishoScript.run("explain", "--directory", directory.toString(), from, "shop/db", "6379");
    }

    private static void addPeer(String name, Path directory, DemoAddresses addresses, Path other) throws Exception {
        succeeds(
                "peer",
                "add",
                name,
                "--directory",
                directory.toString(),
                "--endpoint",
                addresses.publicPort().toString(),
                "--ca-bundle",
                other.resolve("ca/ca.crt").toString());
    }

    private static String succeeds(String... arguments) throws Exception {
        var answer = SekishoScript.run(arguments);
        assertThat(answer.exitCode()).as(answer.output()).isZero();
        return answer.output();
    }

    private Process standalone(Path directory) throws Exception {
        return new ProcessBuilder(
                        SekishoScript.root().resolve("deploy/sekisho").toString(),
                        "standalone",
                        "--directory",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        Files.createTempFile(folder, "standalone", ".log").toFile())
                .start();
    }
}
