package dev.sekisho.controlplane.kubernetes.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.kinds.NetworkPolicies;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.e2e.ApiServer;
import dev.sekisho.e2e.OnRealKubernetes;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.compiled.PolicySet;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a network that enforces NetworkPolicy makes of the policies that let gateways through, as a real API server
/// holds them. Our own engine, which published cases have checked, stands for that network.
@OnRealKubernetes
class GatewayPassTest {
    @RegisterExtension
    static final ApiServer API = ApiServer.withDefinitions();

    private static final ClusterName TOKYO = new ClusterName("tokyo");
    private static final String HOME = "sekisho-system";
    private static final Endpoint.Pod GATEWAY = pod(HOME, "gateway", OwnObjects.GATEWAY_PODS);
    private static final Endpoint.Pod DB = pod("shop", "db", Map.of("app", "db", "tier", "back"));
    private static final Endpoint.Pod FRONT = pod("shop", "front", Map.of("app", "db", "tier", "front"));

    @BeforeAll
    static void closeShop() {
        var client = API.client();
        for (var namespace : List.of(HOME, "shop")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
        client.resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("closed")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .withPolicyTypes("Ingress", "Egress")
                        .endSpec()
                        .build())
                .create();
    }

    @Test
    void gateways_come_through_to_isolated_pods_on_the_ports_of_the_pass_and_nothing_else_does() {
        write(new TestResults("shop"));
        assertThat(enters(GATEWAY, DB, 6379)).isFalse();

        write(new TestResults("shop").pass("sekisho-allow-ingress-db", Direction.INGRESS));

        assertThat(enters(GATEWAY, DB, 6379)).isTrue();
        assertThat(enters(GATEWAY, DB, 6380)).as("another port").isFalse();
        assertThat(enters(GATEWAY, FRONT, 6379)).as("a pod it is not for").isFalse();
        assertThat(enters(pod("shop", "gateway", OwnObjects.GATEWAY_PODS), DB, 6379))
                .as("somebody elsewhere with a gateway's labels")
                .isFalse();
        assertThat(enters(pod(HOME, "other", Map.of()), DB, 6379))
                .as("another pod of our namespace")
                .isFalse();
        assertThat(leaves(DB, GATEWAY, 20_000)).as("the other direction").isFalse();
    }

    @Test
    void isolated_callers_come_through_to_gateways_on_the_ports_of_the_pass_and_to_nothing_else() {
        write(new TestResults("shop"));
        assertThat(leaves(DB, GATEWAY, 20_000)).isFalse();

        write(new TestResults("shop").pass("sekisho-allow-egress-db", Direction.EGRESS));

        assertThat(leaves(DB, GATEWAY, 20_000)).isTrue();
        assertThat(leaves(DB, GATEWAY, 29_999)).isTrue();
        assertThat(leaves(DB, GATEWAY, 30_000)).as("a port beyond").isFalse();
        assertThat(leaves(FRONT, GATEWAY, 20_000)).as("a pod it is not for").isFalse();
        assertThat(leaves(DB, pod(HOME, "other", Map.of()), 20_000))
                .as("another pod of our namespace")
                .isFalse();
        assertThat(enters(GATEWAY, DB, 6379)).as("the other direction").isFalse();
    }

    private static void write(TestResults results) {
        new KubernetesWriter(
                        API.client(),
                        new Installation(HOME, "sekisho"),
                        new ListedObjects(API.client()),
                        "leader-0",
                        InstantSource.system())
                .write(results.build(), results.view())
                .await();
    }

    private static PolicySet enforced() {
        return new PolicySet(
                TOKYO,
                API.client().network().networkPolicies().inAnyNamespace().list().getItems().stream()
                        .map(NetworkPolicies::policy)
                        .toList());
    }

    /// As TCP.
    private static boolean enters(Endpoint.Pod from, Endpoint.Pod to, int port) {
        return enforced().ingress(from, to, Transport.TCP, port).isAllowed();
    }

    /// As UDP.
    private static boolean leaves(Endpoint.Pod from, Endpoint.Pod to, int port) {
        return enforced().egress(from, to, Transport.UDP, port).isAllowed();
    }

    private static Endpoint.Pod pod(String namespace, String name, Map<String, String> labels) {
        return new Endpoint.Pod(
                TOKYO,
                new PodName(namespace, name),
                labels,
                Map.of("kubernetes.io/metadata.name", namespace),
                "default",
                Optional.empty(),
                List.of());
    }
}
