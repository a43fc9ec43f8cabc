package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// What exists goes on, and what is new comes to be, while parts of both clusters are killed.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DisruptionTest {
    private static final Duration IN_THE_END = Duration.ofMinutes(3);
    private static final String SYSTEM = "sekisho-system";
    private static final String PORTS = "{name: tcp, port: 42, protocol: TCP}, {name: echo, port: 43, protocol: TCP}";
    private static final String STEADY = "steady";

    private final Clusterset set;
    private final String tokyo;
    private final String osaka;
    private final HelloWorld hello;

    DisruptionTest(Clusterset set) {
        this.set = set;
        this.tokyo = set.tokyo();
        this.osaka = set.osaka();
        this.hello = new HelloWorld(set);
        export(STEADY);
    }

    @AfterAll
    void removeWhatRuns() {
        hello.close();
    }

    private void export(String namespace) {
        hello.namespace(namespace);
        hello.service(tokyo, namespace, PORTS);
        hello.pods(tokyo, namespace);
        hello.export(tokyo, namespace);
        awaitAnswer(namespace);
    }

    private void awaitAnswer(String namespace) {
        Await.holds(
                IN_THE_END,
                "an answer from " + namespace,
                () -> assertThat(hello.call(osaka, namespace, 42).output())
                        .contains("pod ip ")
                        .contains(tokyo));
    }

    @Test
    void exports_come_and_go_while_control_planes_are_killed() throws Exception {
        var seed = new Random().nextLong();
        System.out.println("Control planes are killed at random moments, seed " + seed);
        var address = importOf(STEADY);

        noCallFailsWhile(() -> whileControlPlanesAreKilled(new Random(seed), () -> {
            for (var round = 0; round < 2; round++) {
                var namespace = "killed-" + round;
                export(namespace);
                hello.unexport(tokyo, namespace);
                Await.holds(
                        IN_THE_END,
                        "no import of " + namespace,
                        () -> assertThat(set.exists(osaka, namespace, "serviceimport", "hello"))
                                .isFalse());
            }
        }));

        assertThat(importOf(STEADY)).isEqualTo(address);
        for (var cluster : set.kubernetes()) {
            set.awaitReady(cluster, SYSTEM, "deployment/sekisho-control-plane");
        }
    }

    @Test
    void a_rolling_update_of_gateways_loses_no_call() throws Exception {
        noCallFailsWhile(() -> {
            for (var cluster : set.kubernetes()) {
                set.kubectl(cluster, "-n", SYSTEM, "rollout", "restart", "deployment/sekisho-gateway")
                        .succeeds();
                set.awaitReady(cluster, SYSTEM, "deployment/sekisho-gateway");
            }
        });
    }

    @Test
    void a_gateway_pod_that_is_deleted_takes_no_call_with_it() throws Exception {
        noCallFailsWhile(() -> {
            for (var cluster : set.kubernetes()) {
                set.delete(cluster, SYSTEM, "pod", gatewayPod(cluster));
            }
            for (var cluster : set.kubernetes()) {
                set.awaitReady(cluster, SYSTEM, "deployment/sekisho-gateway");
            }
        });
    }

    @Test
    void a_gateway_that_is_killed_comes_back() {
        var random = new Random();
        for (var cluster : set.kubernetes()) {
            var killed = killOne(cluster, "gateway", random).orElseThrow();
            awaitAnswer(STEADY);
            // Not only once: half of the calls go to the other gateway.
            Await.holds(
                    IN_THE_END,
                    "all gateways of " + cluster + " run again",
                    () -> assertThat(running(cluster, "gateway")).hasSize(2).doesNotContain(killed));
            set.awaitReady(cluster, SYSTEM, "deployment/sekisho-gateway");
        }
    }

    @Test
    void a_restart_of_the_api_servers_withdraws_nothing() throws Exception {
        var address = importOf(STEADY);

        noCallFailsWhile(() -> {
            for (var cluster : set.kubernetes()) {
                set.lab("restart", cluster, "kube-apiserver").succeeds();
            }
            export("after-restart");
        });

        assertThat(importOf(STEADY)).isEqualTo(address);
    }

    @Test
    void restarts_of_the_nodes_programs_are_survived() throws Exception {
        for (var program : List.of("kube-proxy", "kubelet", "containerd", "kube-controller-manager", "etcd")) {
            set.lab("restart", osaka, program).succeeds();
        }

        awaitAnswer(STEADY);
    }

    /// Its identity and its addresses: an import that was withdrawn and made again would have others.
    private String importOf(String namespace) {
        var imported = set.get(osaka, namespace, "serviceimport", "hello");
        return imported.at("/metadata/uid").asString() + " " + imported.at("/spec/ips");
    }

    private interface Disruption {
        void happens() throws Exception;
    }

    private void noCallFailsWhile(Disruption disruption) throws Exception {
        var caller = CallerLoop.start(hello, osaka, STEADY);
        List<String> failures;
        try {
            disruption.happens();
        } finally {
            failures = caller.stop();
        }
        assertThat(failures).as("calls that failed meanwhile").isEmpty();
    }

    private void whileControlPlanesAreKilled(Random random, Disruption meanwhile) throws Exception {
        var done = new AtomicBoolean();
        var killer = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                killOne(random.nextBoolean() ? tokyo : osaka, "control-plane", random);
                // kubelet makes whoever ends often wait ever longer, up to minutes.
                pause(Duration.ofMillis(8000 + random.nextInt(12_000)));
            }
        });
        try {
            meanwhile.happens();
        } finally {
            done.set(true);
            killer.join();
        }
    }

    private String gatewayPod(String cluster) {
        return set.get(cluster, SYSTEM, "pods", "-l", "app.kubernetes.io/component=gateway")
                .at("/items/0/metadata/name")
                .asString();
    }

    /// @return the container that was killed; none when none runs
    private Optional<String> killOne(String cluster, String component, Random random) {
        var running = running(cluster, component);
        if (running.isEmpty()) {
            return Optional.empty();
        }
        var killed = running.get(random.nextInt(running.size()));
        // It may have ended by itself since.
        var _ = set.lab("kill", cluster, killed);
        return Optional.of(killed);
    }

    private List<String> running(String cluster, String component) {
        var pods = set.get(cluster, SYSTEM, "pods", "-l", "app.kubernetes.io/component=" + component)
                .at("/items");
        return StreamSupport.stream(pods.spliterator(), false)
                .map(pod -> pod.at("/status/containerStatuses/0"))
                .filter(container -> container.at("/state").has("running"))
                .map(container -> container.at("/containerID").asString())
                .toList();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
