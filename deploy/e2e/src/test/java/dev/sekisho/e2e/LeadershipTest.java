package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.home.ClusterIdentity;
import dev.sekisho.controlplane.kubernetes.home.Leadership;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Which replica leads and which cluster this is, by a real API server.
@OnRealKubernetes
class LeadershipTest {
    @RegisterExtension
    static final ApiServer API = ApiServer.plain();

    private static final Leadership.Timing BRISK =
            new Leadership.Timing(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(100));

    private final List<Replica> replicas = new ArrayList<>();
    private final KubernetesClient client = API.client();
    private final String namespace = API.newNamespace();

    private static final class Replica {
        private final AtomicInteger gained = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();
        private final Leadership leadership;

        Replica(Leadership leadership) {
            this.leadership = leadership;
            leadership.start(gained::incrementAndGet, lost::incrementAndGet);
        }

        boolean leads() {
            return gained.get() == 1 && lost.get() == 0;
        }

        void stop() {
            leadership.stop().await();
        }
    }

    @AfterEach
    void stop() {
        replicas.forEach(Replica::stop);
    }

    private Replica replica(String name, KubernetesClient by) {
        var replica = new Replica(
                new Leadership(by, new Installation(namespace, "sekisho"), name, InstantSource.system(), BRISK));
        replicas.add(replica);
        return replica;
    }

    private Replica replica(String name) {
        return replica(name, client);
    }

    @Test
    void one_of_several_leads_and_all_know_who() {
        var all = List.of(replica("a"), replica("b"), replica("c"));

        Await.until(
                "a leader",
                () -> all.stream().allMatch(each -> each.leadership.leader().isPresent()));

        assertThat(all.stream().filter(Replica::leads)).hasSize(1);
        Await.until(
                "all agree",
                () -> all.stream()
                                .map(each -> each.leadership.leader())
                                .distinct()
                                .count()
                        == 1);
    }

    @Test
    void one_that_stops_lets_another_lead_without_waiting_for_the_lease_to_run_out() {
        var first = replica("a");
        Await.until("the first leads", first::leads);
        var second = replica("b");
        Await.until("it follows", () -> second.leadership.leader().equals(Optional.of("a")));
        var held = Duration.ofSeconds(client.leases()
                .inNamespace(namespace)
                .withName("sekisho-control-plane")
                .require()
                .getSpec()
                .getLeaseDurationSeconds());

        first.stop();
        Await.until("the second leads", second::leads);

        assertThat(held).isEqualTo(BRISK.lease());
        assertThat(first.lost).hasValue(0);
    }

    @Test
    void one_whose_lease_somebody_else_took_leads_no_longer_and_never_again() {
        var first = replica("a");
        Await.until("it leads", first::leads);

        // Without a version, which the holder may renew between a read and a write.
        client.leases()
                .inNamespace(namespace)
                .withName("sekisho-control-plane")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"holderIdentity\": \"somebody\", \"leaseDurationSeconds\": 1}}");

        Await.until("it is told", () -> first.lost.get() == 1);
        var second = replica("b");
        Await.until("another leads when that one has run out", second::leads);
        assertThat(first.gained).hasValue(1);
    }

    @Test
    void one_that_cannot_reach_the_api_server_leads_no_longer_and_another_takes_over() throws Exception {
        var cutOff = API.cluster().client(API.vertx());
        var first = replica("a", cutOff);
        Await.until("it leads", first::leads);
        var second = replica("b");

        cutOff.close();

        Await.until("it is told", () -> first.lost.get() == 1);
        assertThat(second.gained)
                .as("leads while the other one may still think that it does")
                .hasValue(0);
        Await.until("the second leads", second::leads);
    }

    @Test
    void a_cluster_is_what_its_properties_say_else_what_the_settings_say() throws Exception {
        var tokyo = Optional.of(new ClusterName("tokyo"));
        var demo = Optional.of(new ClusterSetName("demo"));
        assertThat(ClusterIdentity.find(client, tokyo, demo)).hasToString("tokyo.demo");
        assertThatThrownBy(() -> ClusterIdentity.find(client, Optional.empty(), demo))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cluster: neither the settings nor a ClusterProperty");

        API.cluster().applyDefinitions();
        property("cluster.clusterset.k8s.io", "osaka");
        property("clusterset.k8s.io", "demo");

        assertThat(ClusterIdentity.find(client, Optional.empty(), Optional.empty()))
                .hasToString("osaka.demo");
        assertThat(ClusterIdentity.find(client, Optional.empty(), demo)).hasToString("osaka.demo");
        assertThatThrownBy(() -> ClusterIdentity.find(client, tokyo, demo))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("settings say 'tokyo'")
                .hasMessageContaining("ClusterProperty cluster.clusterset.k8s.io says 'osaka'");
    }

    private static void property(String name, String value) throws Exception {
        API.cluster()
                .kubectlReading(
                        "{apiVersion: about.k8s.io/v1beta1, kind: ClusterProperty, metadata: {name: " + name
                                + "}, spec: {value: " + value + "}}",
                        "apply",
                        "-f",
                        "-")
                .succeeds();
    }
}
