package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class NetworkPoliciesTest {
    private static NetworkPolicy withSpec(String spec) {
        return JsonMapper.shared().readValue("""
            {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
             "metadata": {"name": "db", "namespace": "shop"}, "spec": %s}\
            """.formatted(spec), NetworkPolicy.class);
    }

    private static NamespacedPolicy policy(String spec) {
        assertThat(NetworkPolicies.problems(withSpec(spec), Origin.FILE)).isEmpty();
        return NetworkPolicies.policy(withSpec(spec));
    }

    @ParameterizedTest(name = "{0} isolates {1}")
    @CsvSource(delimiter = '|', textBlock = """
        {}                                                    | INGRESS
        {'podSelector': {}}                                   | INGRESS
        {'ingress': [{}]}                                     | INGRESS
        {'egress': []}                                        | INGRESS
        {'egress': [{}]}                                      | INGRESS EGRESS
        {'policyTypes': [], 'egress': [{}]}                   | INGRESS EGRESS
        {'policyTypes': null, 'egress': [{}]}                 | INGRESS EGRESS
        {'policyTypes': ['Egress']}                           | EGRESS
        {'policyTypes': ['Ingress'], 'egress': [{}]}          | INGRESS
        {'policyTypes': ['Egress', 'Ingress']}                | INGRESS EGRESS
        {'policyTypes': ['Egress'], 'ingress': [{}]}          | EGRESS
        """)
    void the_directions_default_as_on_an_api_server(String spec, String expected) {
        var directions =
                Arrays.stream(expected.split(" ", -1)).map(Direction::valueOf).collect(Collectors.toSet());

        assertThat(policy(spec.replace('\'', '"')).isolates()).isEqualTo(directions);
    }

    @Test
    void the_classic_example_keeps_its_meaning() {
        var policy = policy("""
            {"podSelector": {"matchLabels": {"role": "db"}}, "policyTypes": ["Ingress", "Egress"],
             "ingress": [{"from": [{"ipBlock": {"cidr": "172.17.0.0/16", "except": ["172.17.1.0/24"]}},
                                   {"namespaceSelector": {"matchLabels": {"project": "myproject"}}},
                                   {"podSelector": {"matchLabels": {"role": "frontend"}}}],
                          "ports": [{"protocol": "TCP", "port": 6379}]}],
             "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/24"}}],
                         "ports": [{"protocol": "TCP", "port": 5978}]}]}\
            """);

        assertThat(policy.name()).isEqualTo(new PolicyName("shop", "db"));
        assertThat(policy.subject()).isEqualTo(labels("role", "db"));
        assertThat(policy.isolates()).isEqualTo(Set.of(Direction.INGRESS, Direction.EGRESS));
        assertThat(policy.ingress())
                .containsExactly(new Rule(
                        List.of(
                                new PeerSelector.Block(
                                        dev.sekisho.policy.Cidr.parse("172.17.0.0/16"),
                                        List.of(dev.sekisho.policy.Cidr.parse("172.17.1.0/24"))),
                                new PeerSelector.Pods(Optional.of(labels("project", "myproject")), Optional.empty()),
                                new PeerSelector.Pods(Optional.empty(), Optional.of(labels("role", "frontend")))),
                        List.of(new PortSelector.PortRange(Transport.TCP, 6379, 6379))));
        assertThat(policy.egress().getFirst().ports())
                .containsExactly(new PortSelector.PortRange(Transport.TCP, 5978, 5978));
    }

    @Test
    void ports_default_to_tcp_and_to_all_of_a_protocol() {
        var policy = policy("""
            {"ingress": [{"ports": [{}, {"protocol": "UDP"}, {"port": "http"}, {"port": 80, "endPort": 90}]}]}\
            """);

        assertThat(policy.ingress().getFirst().ports())
                .containsExactly(
                        new PortSelector.AllPorts(Transport.TCP),
                        new PortSelector.AllPorts(Transport.UDP),
                        new PortSelector.NamedPort(Transport.TCP, "http"),
                        new PortSelector.PortRange(Transport.TCP, 80, 90));
    }

    @Test
    void an_empty_selector_is_everything_and_not_the_same_as_none() {
        var policy = policy("""
            {"ingress": [{"from": [{"namespaceSelector": {}}]}]}\
            """);

        assertThat(policy.ingress().getFirst().peers())
                .containsExactly(new PeerSelector.Pods(Optional.of(LabelSelector.EVERYTHING), Optional.empty()));
    }

    @Test
    void a_policy_without_namespace_is_in_default() {
        var policy = JsonMapper.shared().readValue("""
            {"metadata": {"name": "db"}, "spec": {}}\
            """, NetworkPolicy.class);

        assertThat(NetworkPolicies.problems(policy, Origin.FILE)).isEmpty();
        assertThat(NetworkPolicies.policy(policy).name()).isEqualTo(new PolicyName("default", "db"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        spec.ingress[0].ports[1].endPort | {'ingress': [{'ports': [{}, {'port': 80, 'endPort': 79}]}]}
        spec.ingress[0].ports[0].endPort | {'ingress': [{'ports': [{'port': 'http', 'endPort': 79}]}]}
        spec.egress[1].ports[0].port     | {'egress': [{}, {'ports': [{'port': '80'}]}]}
        spec.egress[0].ports[0].port     | {'egress': [{'ports': [{'port': 'a--b'}]}]}
        spec.egress[0].ports[0].port     | {'egress': [{'ports': [{'port': 'sixteen-letters-'}]}]}
        spec.ingress[0].ports[0].protocol| {'ingress': [{'ports': [{'protocol': 'tcp'}]}]}
        spec.ingress[0].ports[0].protocol| {'ingress': [{'ports': [{'protocol': ''}]}]}
        spec.ingress[0].from[1]          | {'ingress': [{'from': [{'podSelector': {}}, {}]}]}
        spec.egress[0].to[0]             | {'egress': [{'to': [{'podSelector': {}, 'ipBlock': {'cidr': '::/0'}}]}]}
        spec.egress[0].to[0].ipBlock.cidr      | {'egress': [{'to': [{'ipBlock': {'cidr': '::ffff:10.0.0.0/8'}}]}]}
        spec.egress[0].to[0].ipBlock.except[0] | {'egress': [{'to': [{'ipBlock': {'cidr': '10.0.0.0/8', 'except': ['2001:db8::/32']}}]}]}
        spec.podSelector.matchExpressions[0].operator | {'podSelector': {'matchExpressions': [{'key': 'a', 'operator': 'in', 'values': ['b']}]}}
        spec.podSelector.matchExpressions[0].values   | {'podSelector': {'matchExpressions': [{'key': 'a', 'operator': 'NotIn'}]}}
        spec.podSelector.matchExpressions[0].values   | {'podSelector': {'matchExpressions': [{'key': 'a', 'operator': 'Exists', 'values': ['b']}]}}
        spec.podSelector.matchExpressions[0].values[1]| {'podSelector': {'matchExpressions': [{'key': 'a', 'operator': 'In', 'values': ['b', '-b']}]}}
        spec.podSelector.matchExpressions[0].key      | {'podSelector': {'matchExpressions': [{'key': 'a/b/c', 'operator': 'Exists'}]}}
        spec.policyTypes[0]              | {'policyTypes': ['ingress']}
        spec.policyTypes                 | {'policyTypes': ['Ingress', 'Egress', 'Ingress']}
        """)
    void a_problem_names_its_field_as_kubernetes_does(String field, String spec) {
        assertThat(NetworkPolicies.problems(withSpec(spec.replace('\'', '"')), Origin.FILE))
                .extracting(FieldProblem::field)
                .containsExactly(field);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        spec.podSelectors                | {'podSelectors': {}}
        spec.ingress[0].form             | {'ingress': [{'form': [{'podSelector': {}}]}]}
        spec.ingress[0].from[0].cluster  | {'ingress': [{'from': [{'podSelector': {}, 'cluster': 'osaka'}]}]}
        spec.egress[0].ports[0].endport  | {'egress': [{'ports': [{'port': 80, 'endport': 90}]}]}
        spec.podSelector.matchLabel      | {'podSelector': {'matchLabel': {'a': 'b'}}}
        """)
    void invariant_3_a_field_that_is_not_known_is_refused_as_it_could_narrow_a_rule(String field, String spec) {
        assertThat(NetworkPolicies.problems(withSpec(spec.replace('\'', '"')), Origin.FILE))
                .containsExactly(new FieldProblem(field, "is no field that is known here"));
    }

    private static LabelSelector labels(String key, String value) {
        return new LabelSelector(Map.of(key, value), List.of());
    }
}
