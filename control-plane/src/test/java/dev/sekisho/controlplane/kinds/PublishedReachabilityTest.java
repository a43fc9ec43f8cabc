package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyCodec;
import dev.sekisho.policy.PolicySet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Who reaches whom, as the suites of others expect it. Every policy takes the whole way: JSON, Kubernetes model, our
/// value, wire, verdict.
class PublishedReachabilityTest {
    private static final ClusterName CLUSTER = new ClusterName("tokyo");

    @TestFactory
    Stream<DynamicTest> the_reachability_tests_of_kubernetes() {
        return PublishedCases.each("np-k8s-e2e.jsonl", PublishedReachabilityTest::play);
    }

    @TestFactory
    Stream<DynamicTest> the_reachability_tests_of_kubernetes_with_ipv6() {
        return PublishedCases.each("np-k8s-e2e-ipv6.jsonl", PublishedReachabilityTest::play);
    }

    @TestFactory
    Stream<DynamicTest> the_generated_cases_of_cyclonus() {
        return PublishedCases.each("np-cyclonus-even.jsonl", PublishedReachabilityTest::play);
    }

    @TestFactory
    Stream<DynamicTest> the_network_policy_recipes() {
        return PublishedCases.each("np-recipes.jsonl", PublishedReachabilityTest::play);
    }

    private static void play(JsonNode published) {
        assertThat(published.has("disputed"))
                .as("a disputed case needs a decision of its own")
                .isFalse();
        var steps = published.path("steps");
        assertThat(steps).isNotEmpty();
        for (var i = 0; i < steps.size(); i++) {
            assertThat(mismatches(steps.get(i)))
                    .as("step %d of: %s", i, published.path("description").asString())
                    .isEmpty();
        }
    }

    private static List<String> mismatches(JsonNode step) {
        var pods = step.path("pods").valueStream().map(pod -> pod(step, pod)).toList();
        var policies = new PolicySet(
                CLUSTER,
                step.path("networkPolicies")
                        .valueStream()
                        .map(PublishedReachabilityTest::policy)
                        .toList());
        var matrix = step.path("expect").path("matrix");
        assertThat(matrix.properties()).isNotEmpty();
        return matrix.properties().stream()
                .flatMap(entry -> {
                    var slash = entry.getKey().indexOf('/');
                    var transport = Transport.valueOf(entry.getKey().substring(0, slash));
                    var port = Integer.parseInt(entry.getKey().substring(slash + 1));
                    return mismatches(policies, pods, transport, port, entry.getValue()).stream();
                })
                .toList();
    }

    /// @param expected by kind of verdict: a row for each client, in it a character for each server
    private static List<String> mismatches(
            PolicySet policies, List<Endpoint.Pod> pods, Transport transport, int port, JsonNode expected) {
        var mismatches = new ArrayList<String>();
        for (var i = 0; i < pods.size(); i++) {
            for (var j = 0; j < pods.size(); j++) {
                var egress = policies.egress(pods.get(i), pods.get(j), transport, port)
                        .isAllowed();
                var ingress = policies.ingress(pods.get(i), pods.get(j), transport, port)
                        .isAllowed();
                for (var kind : expected.propertyNames()) {
                    var allowed = switch (kind) {
                        case "ingress" -> ingress;
                        case "egress" -> egress;
                        case "combined" -> ingress && egress;
                        default -> throw new AssertionError("unknown kind of verdict: " + kind);
                    };
                    var cell = expected.path(kind).get(i).asString().charAt(j);
                    // '#' is a pod calling itself, which Kubernetes leaves open.
                    if (cell != '#' && allowed != (cell == '.')) {
                        mismatches.add("%s %s/%d from %s to %s should be %s"
                                .formatted(
                                        kind,
                                        transport,
                                        port,
                                        pods.get(i).name(),
                                        pods.get(j).name(),
                                        cell));
                    }
                }
            }
        }
        return mismatches;
    }

    private static Policy policy(JsonNode json) {
        var object = PublishedCases.JSON.treeToValue(json, NetworkPolicy.class);
        assertThat(NetworkPolicies.problems(object)).isEmpty();
        var policy = NetworkPolicies.policy(object);
        try {
            var bytes = PolicyCodec.toWire(policy).toByteArray();
            var read = PolicyCodec.fromWire(dev.sekisho.policy.v1.Policy.parseFrom(bytes));
            assertThat(read).isEqualTo(policy);
            return read;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("what was written must be readable", e);
        }
    }

    private static Endpoint.Pod pod(JsonNode step, JsonNode pod) {
        var namespace = pod.path("namespace").asString();
        return new Endpoint.Pod(
                CLUSTER,
                new PodName(namespace, pod.path("name").asString()),
                labels(pod.path("labels")),
                labels(step.path("namespaces").path(namespace)),
                "default",
                Optional.of(InetAddresses.forString(pod.path("ip").asString())),
                pod.path("ports")
                        .valueStream()
                        .map(port -> new Endpoint.ContainerPort(
                                port.path("name").asString(),
                                Transport.valueOf(port.path("protocol").asString()),
                                port.path("port").asInt()))
                        .toList());
    }

    static Map<String, String> labels(JsonNode json) {
        return json.properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, label -> label.getValue().asString()));
    }
}
