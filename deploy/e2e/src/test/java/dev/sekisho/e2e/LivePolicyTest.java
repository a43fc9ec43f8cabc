package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// How soon a policy that is applied in one cluster cuts the open streams of callers in another. The time is printed,
/// and `docs/operating.md` has what it usually is; a busy machine makes it longer, so no test fails by it.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LivePolicyTest {
    private static final String NAMESPACE = "live-policy";

    private final Clusterset set;
    private final HelloWorld hello;

    LivePolicyTest(Clusterset set) {
        this.set = set;
        this.hello = new HelloWorld(set);
    }

    @AfterAll
    void removeWhatRuns() {
        hello.close();
    }

    @Test
    void a_policy_that_denies_cuts_open_streams() throws Exception {
        hello.namespace(NAMESPACE);
        hello.service(set.tokyo(), NAMESPACE, "{name: echo, port: 43, protocol: TCP}");
        hello.pods(set.tokyo(), NAMESPACE);
        hello.export(set.tokyo(), NAMESPACE);
        try (var client = set.client(set.tokyo())) {
            // What this client needs to come up is not ours to answer for.
            client.resource(denial()).dryRun().create();
            CutTimes.print("applying a policy", () -> timeOfCut(client));
        }
    }

    private Duration timeOfCut(KubernetesClient client) throws Exception {
        var stream = opened();
        try (var said = stream.inputReader()) {
            var denial = client.resource(denial());
            var applied = Instant.now();
            denial.create();
            var ended = instant(said);
            denial.delete();
            return Duration.between(applied, ended);
        } finally {
            stream.destroyForcibly().waitFor();
        }
    }

    private static NetworkPolicy denial() {
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName("nobody")
                .endMetadata()
                .withNewSpec()
                .withPolicyTypes("Ingress")
                .endSpec()
                .build();
    }

    /// A stream that is open: whoever was denied before may have to be told first that it is no longer.
    private Process opened() throws Exception {
        var found = new ArrayList<Process>();
        Await.holds(Duration.ofSeconds(60), "an open stream", () -> {
            var tried = hello.openStream(set.osaka(), NAMESPACE);
            var first = tried.inputReader().readLine();
            if (!"open".equals(first)) {
                tried.destroyForcibly().waitFor();
            }
            assertThat(first).isEqualTo("open");
            found.add(tried);
        });
        return found.getFirst();
    }

    private static Instant instant(BufferedReader said) throws Exception {
        var line = said.readLine();
        assertThat(line).as("when the stream ended").matches("[0-9]+");
        return Instant.ofEpochSecond(0, Long.parseLong(line));
    }
}
