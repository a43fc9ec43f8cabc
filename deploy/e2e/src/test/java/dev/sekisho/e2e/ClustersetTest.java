package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// What users do in two clusters and on a host, by kubectl and from pods. [ConformanceTest] has the rest of the API.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClustersetTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PORTS = "{name: tcp, port: 42, protocol: TCP}, {name: udp, port: 42, protocol: UDP}";

    private final Clusterset set;
    private final String tokyo;
    private final String osaka;
    private final HelloWorld hello;

    ClustersetTest(Clusterset set) {
        this.set = set;
        this.tokyo = set.tokyo();
        this.osaka = set.osaka();
        this.hello = new HelloWorld(set);
    }

    @AfterAll
    void removeWhatRuns() {
        hello.close();
    }

    /// A namespace in every cluster, with `hello` in tokyo, exported and reached from osaka.
    private String exported(String namespace) {
        hello.namespace(namespace);
        hello.service(tokyo, namespace, PORTS);
        hello.pods(tokyo, namespace);
        hello.export(tokyo, namespace);
        awaitAnswer(osaka, namespace, tokyo);
        return namespace;
    }

    private void awaitAnswer(String caller, String namespace, String answering) {
        Await.holds(
                SOON,
                "an answer to " + caller,
                () -> assertThat(hello.call(caller, namespace, 42).output())
                        .contains("pod ip ")
                        .contains(answering));
    }

    @Test
    void a_pod_may_call_as_soon_as_it_runs() {
        var namespace = exported("newcomers");

        for (var i = 0; i < 3; i++) {
            var pod = "newcomer-" + i;
            set.kubectl(
                            osaka,
                            "-n",
                            namespace,
                            "run",
                            pod,
                            "--image=localhost/tools:1",
                            "--restart=Never",
                            "--",
                            "socat",
                            "-t10",
                            "-",
                            "TCP4:" + HelloWorld.name(namespace) + ":42")
                    .succeeds();
            set.kubectl(
                            osaka,
                            "-n",
                            namespace,
                            "wait",
                            "--for=jsonpath={.status.phase}=Succeeded",
                            "pod/" + pod,
                            "--timeout=60s")
                    .succeeds();
            assertThat(set.kubectl(osaka, "-n", namespace, "logs", pod)
                            .succeeds()
                            .output())
                    .contains("pod ip ");
        }
    }

    @Test
    void datagrams_cross() {
        var namespace = exported("udp");

        Await.holds(
                SOON,
                "an answer by UDP",
                () -> assertThat(hello.callByUdp(osaka, namespace).output()).contains("pod ip "));
    }

    @Test
    void both_address_families_lead_there() {
        var namespace = exported("families");

        for (var family : new String[] {"-4", "-6"}) {
            Await.holds(
                    SOON,
                    "an answer with " + family,
                    () -> assertThat(hello.in(osaka, "nc", family, "-w", "2", HelloWorld.name(namespace), "42")
                                    .output())
                            .contains("pod ip "));
        }
    }

    @Test
    void an_import_waits_for_its_namespace() {
        hello.namespace("only-tokyo");
        set.kubectl(osaka, "delete", "namespace", "only-tokyo").succeeds();
        hello.service(tokyo, "only-tokyo", PORTS);
        hello.pods(tokyo, "only-tokyo");
        hello.export(tokyo, "only-tokyo");
        awaitAnswer(tokyo, "only-tokyo", tokyo);
        assertThat(set.kubectl(osaka, "get", "serviceimports", "-A").succeeds().output())
                .doesNotContain("only-tokyo");

        set.apply(osaka, "{apiVersion: v1, kind: Namespace, metadata: {name: only-tokyo}}");

        awaitAnswer(osaka, "only-tokyo", tokyo);
    }

    @Test
    void a_service_that_is_made_anew_is_exported_again() {
        var namespace = exported("anew");

        set.delete(tokyo, namespace, "service", "hello");
        Await.holds(
                SOON,
                "the export has no service",
                () -> assertThat(set.kubectl(tokyo, "-n", namespace, "get", "serviceexport", "hello", "-o", "yaml")
                                .output())
                        .contains("reason: NoService"));
        hello.service(tokyo, namespace, PORTS);

        awaitAnswer(osaka, namespace, tokyo);
    }

    @Test
    void both_clusters_answer_for_what_both_export_and_the_own_one_first() {
        var namespace = exported("both");
        hello.service(osaka, namespace, PORTS);
        hello.pods(osaka, namespace);
        hello.export(osaka, namespace);

        awaitAnswer(osaka, namespace, osaka);
        set.kubectl(osaka, "-n", namespace, "scale", "deployment/hello", "--replicas=0")
                .succeeds();

        awaitAnswer(osaka, namespace, tokyo);
    }

    @Test
    void a_policy_that_names_the_callers_cluster_decides_and_explain_says_so() {
        var namespace = exported("policy");
        set.apply(tokyo, policyFor(namespace, osaka));
        awaitAnswer(osaka, namespace, tokyo);

        set.apply(tokyo, policyFor(namespace, "nagoya"));

        Await.holds(
                SOON,
                "the call is denied",
                () -> assertThat(hello.call(osaka, namespace, 42).output()).doesNotContain("pod ip"));
        var answer = set.sekisho(
                "explain",
                "--context",
                osaka,
                "--from",
                "callers/caller",
                "--to",
                namespace + "/hello",
                "--port",
                "42");
        assertThat(answer.said()).contains("denied").contains(namespace + "/only");
        set.delete(tokyo, namespace, "networkpolicy", "only");
        awaitAnswer(osaka, namespace, tokyo);
    }

    private static String policyFor(String namespace, String cluster) {
        return """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: only, namespace: %s}
            spec:
              podSelector: {matchLabels: {app: hello}}
              ingress: [{from: [{namespaceSelector: {matchLabels: {sekisho.dev/cluster: %s}}}]}]
            """.formatted(namespace, cluster);
    }

    @Test
    @NeedsPrograms({"dig", "nc"})
    void a_host_without_kubernetes_calls_and_is_called() throws Exception {
        var namespace = exported("shop");
        var folder = set.folderOfKyoto();
        // Kyoto knows the namespace already; its own service is a process on the host.
        Files.writeString(folder.resolve("clock.yaml"), """
            apiVersion: v1
            kind: Service
            metadata: {name: clock, namespace: shop}
            spec: {ports: [{name: tcp, port: 42}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: clock, namespace: shop, labels: {kubernetes.io/service-name: clock}}
            addressType: IPv4
            ports: [{name: tcp, port: 4242}]
            endpoints: [{addresses: [127.0.0.1]}]
            ---
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: clock, namespace: shop}
            """, StandardCharsets.UTF_8);
        var clock = new ProcessBuilder(
                        SekishoScript.root().resolve("deploy/e2e/lab/lab").toString(),
                        "enter",
                        set.kyoto(),
                        "python3",
                        "-c",
                        """
                        import socket
                        s = socket.create_server(('127.0.0.1', 4242))
                        while True:
                            c, _ = s.accept(); c.sendall(b'kyoto time\\n'); c.close()
                        """)
                .redirectErrorStream(true)
                .start();
        try {
            Await.holds(SOON, "kyoto is called from tokyo and osaka", () -> {
                for (var cluster : set.kubernetes()) {
                    assertThat(hello.in(cluster, "nc", "-w", "2", "clock.shop.svc.clusterset.local", "42")
                                    .output())
                            .contains("kyoto time");
                }
            });
            Await.holds(
                    SOON,
                    "kyoto calls tokyo",
                    () -> assertThat(callFromKyoto("hello." + namespace)).contains("pod ip"));
        } finally {
            clock.descendants().forEach(ProcessHandle::destroyForcibly);
            clock.destroyForcibly().waitFor();
        }
    }

    private String callFromKyoto(String service) {
        var address = set.lab(
                        "enter",
                        set.kyoto(),
                        "dig",
                        "+short",
                        "@127.0.0.1",
                        "-p",
                        "1053",
                        service + ".svc.clusterset.local")
                .succeeds()
                .output()
                .strip();
        return set.lab("enter", set.kyoto(), "nc", "-w", "2", address, "42").said();
    }

    @Test
    void status_and_check_tell_of_both_clusters() {
        for (var cluster : set.kubernetes()) {
            var other = cluster.equals(tokyo) ? osaka : tokyo;
            var status = set.sekisho("status", "--context", cluster);

            assertThat(status.succeeds().output()).contains(cluster).contains(other);
        }
    }
}
