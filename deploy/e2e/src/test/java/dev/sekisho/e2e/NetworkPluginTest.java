package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Both clusters' nodes enforce NetworkPolicy, which the lab's do not by themselves: the passes that the control plane
/// writes let gateways through, and nobody else. The plugin stays for the tests that follow, which hold with it too.
@OnRealKubernetes
@ExtendWith({Needs.NetworkPlugin.class, Clusterset.Shared.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkPluginTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String SYSTEM = "sekisho-system";
    private static final String GATEWAYS = "app.kubernetes.io/component=gateway";
    private static final String CALLERS = "plugin-callers";
    private static final String EDITED = "plugin-edited";
    private static final String STEADY = "plugin-steady";
    private static final String STRANGERS = "plugin-strangers";
    private static final String PORTS = "{name: tcp, port: 42, protocol: TCP}, {name: udp, port: 42, protocol: UDP},"
            + " {name: echo, port: 43, protocol: TCP}";
    private static final List<String> FAMILIES = List.of("-4", "-6");
    private static final List<String> TRANSPORTS = List.of("", "-u");

    private final Clusterset set;
    private final String tokyo;
    private final String osaka;
    private final HelloWorld isolated;
    private final HelloWorld open;

    NetworkPluginTest(Clusterset set) {
        this.set = set;
        this.tokyo = set.tokyo();
        this.osaka = set.osaka();
        this.isolated = new HelloWorld(set, CALLERS);
        this.open = new HelloWorld(set);
    }

    /// A pod of a cluster that is not meant to get through.
    private record Stranger(String cluster, String namespace, String name) {}

    private List<Stranger> strangers() {
        return List.of(
                new Stranger(tokyo, "callers", "caller"),
                new Stranger(tokyo, STRANGERS, "looks-like-a-gateway"),
                new Stranger(tokyo, SYSTEM, "not-a-gateway"));
    }

    /// Both ends deny everything by default, both ways. Callers in osaka may ask DNS and call the services of tokyo,
    /// whose pods let callers of osaka in.
    @BeforeAll
    void isolateBothEnds() {
        set.enforcePolicies();
        isolated.namespace(CALLERS);
        isolated.namespace(STRANGERS);
        for (var namespace : List.of(EDITED, STEADY)) {
            isolated.namespace(namespace);
            isolated.service(tokyo, namespace, PORTS);
            isolated.pods(tokyo, namespace);
            isolated.export(tokyo, namespace);
        }
        runStranger(STRANGERS, "looks-like-a-gateway", "app.kubernetes.io/name=sekisho," + GATEWAYS);
        runStranger(SYSTEM, "not-a-gateway", "app.kubernetes.io/name=sekisho");
        for (var stranger : strangers()) {
            assertThat(pathsFrom(stranger))
                    .as("open to " + stranger + " at first")
                    .hasSize(4);
        }
        for (var namespace : List.of(EDITED, STEADY)) {
            set.apply(tokyo, denyAll(namespace) + "---\n" + letIn(namespace, osaka));
        }
        set.apply(osaka, denyAll(CALLERS) + "---\n" + letOut());
        awaitCalls(EDITED);
        awaitCalls(STEADY);
    }

    private void runStranger(String namespace, String name, String labels) {
        set.kubectl(
                        tokyo,
                        "-n",
                        namespace,
                        "run",
                        name,
                        "--image=localhost/tools:1",
                        "--labels=" + labels,
                        "--",
                        "sleep",
                        "infinity")
                .succeeds();
        set.kubectl(tokyo, "-n", namespace, "wait", "--for=condition=Ready", "pod/" + name, "--timeout=90s")
                .succeeds();
    }

    @AfterAll
    void removeWhatRuns() {
        isolated.close();
        set.delete(tokyo, SYSTEM, "pod", "not-a-gateway");
    }

    private static String denyAll(String namespace) {
        return """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: nobody, namespace: %s}
            spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
            """.formatted(namespace);
    }

    private static String letIn(String namespace, String cluster) {
        return """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: callers, namespace: %s}
            spec:
              podSelector: {matchLabels: {app: hello}}
              ingress: [{from: [{namespaceSelector: {matchLabels: {sekisho.dev/cluster: %s}}}]}]
            """.formatted(namespace, cluster);
    }

    private String letOut() {
        return """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: some, namespace: %s}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
              - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
                ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
              - to:
                - namespaceSelector:
                    matchLabels: {sekisho.dev/cluster: %s}
                    matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [%s, %s]}]
            """.formatted(CALLERS, tokyo, EDITED, STEADY);
    }

    private void awaitCalls(String namespace) {
        for (var family : FAMILIES) {
            for (var transport : TRANSPORTS) {
                Await.holds(
                        SOON,
                        "an answer with " + family + transport,
                        () -> assertThat(call(namespace, family, transport)).contains("pod ip "));
            }
        }
    }

    private String call(String namespace, String family, String transport) {
        return isolated.in(
                        osaka,
                        "sh",
                        "-c",
                        "echo who | nc " + family + " " + transport + " -w 2 " + HelloWorld.name(namespace) + " 42")
                .output();
    }

    /// By which address and transport it reaches one pod of tokyo past the gateways.
    private List<String> pathsFrom(Stranger stranger) {
        var first = isolated.podAddresses(tokyo, EDITED, ".").iterator().next();
        var second = isolated.podAddresses(tokyo, EDITED, ":").iterator().next();
        return List.of(first, second).stream()
                .flatMap(address -> TRANSPORTS.stream().map(transport -> transport + " " + address))
                .filter(path -> set.in(
                                stranger.cluster(),
                                stranger.namespace(),
                                stranger.name(),
                                "sh",
                                "-c",
                                "echo who | nc -w 2 " + path + " 42")
                        .output()
                        .contains("pod ip "))
                .toList();
    }

    @Test
    void only_gateways_reach_isolated_pods() {
        for (var stranger : strangers()) {
            assertThat(pathsFrom(stranger)).as("open to " + stranger).isEmpty();
        }
    }

    @Test
    void isolated_callers_reach_only_gateways_and_only_where_they_listen_for_imports() {
        var gateway = gatewayAddresses(osaka).iterator().next();
        var tokyosNode = set.get(tokyo, SYSTEM, "service", "sekisho-gateway")
                .at("/status/loadBalancer/ingress/0/ip")
                .asString();
        for (var target : List.of("10.96.0.1 443", gateway + " 9080", gateway + " 7443", tokyosNode + " 7443")) {
            assertThat(connects(open, target))
                    .as("others may connect to " + target)
                    .isTrue();
            assertThat(connects(isolated, target)).as("isolated to " + target).isFalse();
        }
    }

    private boolean connects(HelloWorld from, String target) {
        return from.in(osaka, "sh", "-c", "nc -z -w 2 " + target).status() == 0;
    }

    private Set<String> gatewayAddresses(String cluster) {
        var pods = set.get(cluster, SYSTEM, "pods", "-l", GATEWAYS).at("/items");
        return StreamSupport.stream(pods.spliterator(), false)
                .map(pod -> pod.at("/status/podIP").asString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void a_gateway_with_a_new_address_is_let_through() {
        var load = CallerLoop.start(isolated, osaka, STEADY);
        for (var cluster : set.kubernetes()) {
            var before = gatewayAddresses(cluster);
            set.kubectl(cluster, "-n", SYSTEM, "rollout", "restart", "deployment/sekisho-gateway")
                    .succeeds();
            set.awaitReady(cluster, SYSTEM, "deployment/sekisho-gateway");
            Await.holds(
                    SOON,
                    "only new gateways in " + cluster,
                    () -> assertThat(gatewayAddresses(cluster)).hasSize(2).doesNotContainAnyElementsOf(before));
        }

        for (var gateway : gatewayAddresses(osaka)) {
            Await.holds(
                    SOON,
                    "an answer by the new gateway " + gateway,
                    () -> assertThat(isolated.in(osaka, "nc", "-w", "2", gateway, listenPort())
                                    .output())
                            .contains("pod ip "));
        }
        awaitCalls(EDITED);
        awaitCalls(STEADY);
        System.out.println("Calls that failed while all gateways came to new addresses: " + load.stop());
    }

    /// Where osaka's gateways listen for the import's TCP port 42.
    private String listenPort() {
        var service = set.get(osaka, EDITED, "services", "-l", "sekisho.dev/import=hello");
        return StreamSupport.stream(service.at("/items/0/spec/ports").spliterator(), false)
                .filter(port -> port.at("/name").asString().equals("tcp"))
                .map(port -> port.at("/targetPort").asString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_policy_that_is_edited_under_load_holds_each_time_and_only_for_what_it_is_about() throws Exception {
        var others = CallerLoop.start(isolated, osaka, STEADY);
        var load = CallerLoop.start(isolated, osaka, EDITED);
        for (var edit = 0; edit < 3; edit++) {
            var stream = isolated.openStream(osaka, EDITED);
            try (var said = stream.inputReader()) {
                assertThat(said.readLine()).isEqualTo("open");
                set.apply(tokyo, letIn(EDITED, "nagoya"));
                assertThat(said.readLine()).as("when it was cut").matches("[0-9]+");
            } finally {
                stream.destroyForcibly().waitFor();
            }
            Await.holds(
                    SOON,
                    "calls are denied",
                    () -> assertThat(call(EDITED, "-4", "")).isEmpty());
            assertThat(call(EDITED, "-6", "-u")).isEmpty();

            set.apply(tokyo, letIn(EDITED, osaka));
            awaitCalls(EDITED);
        }

        assertThat(load.stop()).as("calls that the policy denied").isNotEmpty();
        assertThat(others.stop()).as("calls of what was not edited").isEmpty();
    }
}
