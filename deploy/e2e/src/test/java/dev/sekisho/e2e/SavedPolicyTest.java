package dev.sekisho.e2e;

import static dev.sekisho.e2e.ClusterPair.DB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.demo.DemoCaller.Conversation;
import dev.sekisho.cli.demo.DemoCluster;
import dev.sekisho.cli.demo.DemoFiles;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How soon a policy that is saved in the folder of one cluster cuts the open streams of callers in another. The time
/// is printed, and `docs/security.md` has what it usually is; no test fails by it.
class SavedPolicyTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void a_policy_that_denies_cuts_open_streams() throws Exception {
        try (var pair = ClusterPair.in(folder);
                var _ = LineServer.on(pair.dbAddress())) {
            var tokyo = pair.startTokyo();
            pair.startOsaka();
            CutTimes.print("saving a policy", () -> timeOfCut(pair, tokyo));
        }
    }

    private static Duration timeOfCut(ClusterPair pair, DemoCluster tokyo) throws Exception {
        Await.until(
                "a call to go through",
                () -> pair.frontend().call(DB, 6379, "allowed?").equals("db: allowed?"));
        try (var live = pair.frontend().connect(DB, 6379)) {
            assertThat(live.say("open")).isEqualTo("db: open");
            var saved = System.nanoTime();
            tokyo.save("policy.yaml", DemoFiles.TOKYO_POLICY_CLOSED);
            awaitEnd(live);
            return Duration.ofNanos(System.nanoTime() - saved);
        } finally {
            tokyo.save("policy.yaml", DemoFiles.TOKYO_POLICY);
        }
    }

    private static void awaitEnd(Conversation live) throws SocketTimeoutException {
        try {
            assertThat(live.in().readLine()).isNull();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            // Reset, which is what being cut looks like.
        }
    }
}
