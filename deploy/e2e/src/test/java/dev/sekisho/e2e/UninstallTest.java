package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Helm removes all that Sekisho wrote, and nothing that is the user's; and what is installed again is believed.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
class UninstallTest {
    private static final Duration IN_THE_END = Duration.ofMinutes(2);
    private static final String SYSTEM = "sekisho-system";
    private static final String NAMESPACE = "uninstall";
    private static final String WRITTEN = "serviceimports,services,endpointslices,networkpolicies";

    @Test
    void what_was_written_goes_and_the_next_installation_is_believed(Clusterset set) {
        try (var hello = new HelloWorld(set)) {
            uninstallAndInstall(set, hello);
        }
    }

    private static void uninstallAndInstall(Clusterset set, HelloWorld hello) {
        hello.namespace(NAMESPACE);
        for (var cluster : set.kubernetes()) {
            hello.service(cluster, NAMESPACE, "{name: tcp, port: 42, protocol: TCP}");
        }
        hello.pods(set.tokyo(), NAMESPACE);
        set.kubernetes().forEach(cluster -> hello.export(cluster, NAMESPACE));
        awaitAnswer(set, hello);
        var publicAddress = set.get(set.osaka(), SYSTEM, "service", "sekisho-gateway")
                .at("/status/loadBalancer/ingress/0/ip")
                .asString();

        set.helm(set.osaka(), "uninstall", "sekisho", "-n", SYSTEM, "--wait").succeeds();

        Await.holds(
                IN_THE_END,
                "nothing of ours is left in osaka",
                () -> assertThat(set.kubectl(
                                        set.osaka(),
                                        "get",
                                        WRITTEN,
                                        "-A",
                                        "-o",
                                        "name",
                                        "-l",
                                        "app.kubernetes.io/managed-by=sekisho.dev")
                                .succeeds()
                                .output())
                        .isEmpty());
        assertThat(set.kubectl(set.osaka(), "get", "clusterroles,clusterrolebindings", "-o", "name")
                        .output())
                .doesNotContain("sekisho");
        assertThat(set.exists(set.osaka(), NAMESPACE, "service", "hello")).isTrue();
        assertThat(set.exists(set.osaka(), NAMESPACE, "serviceexport", "hello")).isTrue();

        install(set, set.osaka(), publicAddress);

        awaitAnswer(set, hello);
    }

    private static void install(Clusterset set, String cluster, String publicAddress) {
        var chart = SekishoScript.root().resolve("deploy/helm/sekisho").toString();
        set.helm(
                        cluster,
                        "install",
                        "sekisho",
                        chart,
                        "-n",
                        SYSTEM,
                        "--set",
                        "cluster.name=" + cluster + ",cluster.clusterSet=" + set.name())
                .succeeds();
        set.kubectl(
                        cluster,
                        "-n",
                        SYSTEM,
                        "patch",
                        "service",
                        "sekisho-gateway",
                        "--subresource",
                        "status",
                        "--type",
                        "merge",
                        "--patch",
                        "{\"status\": {\"loadBalancer\": {\"ingress\": [{\"ip\": \"" + publicAddress + "\"}]}}}")
                .succeeds();
        for (var deployment : new String[] {"sekisho-control-plane", "sekisho-gateway"}) {
            set.awaitReady(cluster, SYSTEM, "deployment/" + deployment);
        }
    }

    private static void awaitAnswer(Clusterset set, HelloWorld hello) {
        Await.holds(
                IN_THE_END,
                "tokyo answers osaka",
                () -> assertThat(hello.call(set.osaka(), NAMESPACE, 42).output())
                        .contains("pod ip ")
                        .contains(set.tokyo()));
    }
}
