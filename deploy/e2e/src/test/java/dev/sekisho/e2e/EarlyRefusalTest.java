package dev.sekisho.e2e;

import static dev.sekisho.e2e.ClusterPair.DB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.cli.demo.DemoFiles;
import dev.sekisho.cli.demo.DemoProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tokyo's policy denies is refused by osaka's gateway, which knows of it from tokyo's export.
class EarlyRefusalTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void a_policy_of_one_cluster_refuses_in_the_other_one_for_as_long_as_it_is_in_force() throws Exception {
        try (var pair = ClusterPair.in(folder);
                var _ = LineServer.on(pair.dbAddress())) {
            var tokyo = pair.startTokyo();
            var osaka = pair.startOsaka();
            Await.until("a call to go through", () -> isAnswered(pair, "hello"));

            assertThatThrownBy(() -> pair.batch().call(DB, 6379, "denied")).isInstanceOf(IOException.class);

            Await.until("the log line", () -> log(osaka.gateway()).contains("as published by cluster tokyo"));
            assertThat(log(osaka.gateway())).contains("batch-0", "shop/db-from-frontend");
            Await.until(
                    "tokyo's line of the call before",
                    () -> log(tokyo.gateway()).contains("frontend-0"));
            assertThat(log(tokyo.gateway())).doesNotContain("batch-0");

            tokyo.save("policy.yaml", DemoFiles.TOKYO_POLICY.replace("role: frontend", "role: batch"));

            Await.until(
                    "the other one to be allowed",
                    () -> pair.batch().call(DB, 6379, "hello").equals("db: hello"));
            assertThatThrownBy(() -> pair.frontend().call(DB, 6379, "denied")).isInstanceOf(IOException.class);
        }
    }

    private static boolean isAnswered(ClusterPair pair, String line) throws IOException {
        return pair.frontend().call(DB, 6379, line).equals("db: " + line);
    }

    private static String log(DemoProcess program) throws IOException {
        return Files.readString(program.log());
    }
}
