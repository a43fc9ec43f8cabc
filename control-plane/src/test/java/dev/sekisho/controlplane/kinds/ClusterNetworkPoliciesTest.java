package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Policy.PeerSelector;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects as an API server gives them whose schema is newer than ours.
class ClusterNetworkPoliciesTest {
    private static ClusterNetworkPolicy withSpec(String more, String rule) {
        return Serialization.unmarshal("""
                apiVersion: policy.networking.k8s.io/v1alpha2
                kind: ClusterNetworkPolicy
                metadata: {name: guard}
                spec:
                  tier: Baseline
                  priority: 0
                  %s
                  egress: [%s]
                status: {conditions: []}
                """.formatted(more, rule), ClusterNetworkPolicy.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        subject: {namespaces: {}}               | {action: Deny, to: [{newPeer: {}}]}                                             | newPeer
        subject: {namespaces: {}}               | {action: Deny, to: [{namespaces: {}}], newField: 1}                             | newField
        subject: {namespaces: {}}               | {action: Deny, to: [{namespaces: {}}], protocols: [{icmp: {}}]}                 | icmp
        subject: {namespaces: {}}               | {action: Deny, to: [{namespaces: {}}], protocols: [{tcp: {sourcePort: 1}}]}     | sourcePort
        subject: {newSubject: {}}               | {action: Deny, to: [{namespaces: {}}]}                                          | newSubject
        subject: {namespaces: {}, newPart: 1}   | {action: Deny, to: [{pods: {namespaceSelector: {}, podSelector: {}, by: 1}}]}   | -
        """)
    void a_field_that_is_not_known_makes_its_rule_fail_closed(String more, String rule, String field) {
        var object = withSpec(more, rule);
        if (field.equals("-")) {
            assertThat(ClusterNetworkPolicies.problems(object, Origin.FILE))
                    .extracting(FieldProblem::field)
                    .containsExactly("spec.subject");
            return;
        }

        assertThat(ClusterNetworkPolicies.problems(object, Origin.FILE)).isEmpty();
        assertThat(ClusterNetworkPolicies.policy(object).egress().getFirst().peers())
                .contains(new PeerSelector.Unknown(field));
    }

    @Test
    void one_that_is_known_to_the_last_field_has_no_unknown_peer() {
        var object = withSpec(
                "subject: {namespaces: {}}",
                "{name: out, action: Pass, to: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {number: 1}}}]}");

        assertThat(ClusterNetworkPolicies.problems(object, Origin.FILE)).isEmpty();
        assertThat(ClusterNetworkPolicies.policy(object).egress().getFirst().peers())
                .noneMatch(PeerSelector.Unknown.class::isInstance);
    }

    @Test
    void a_cluster_set_policy_with_a_field_that_is_not_known_has_a_problem() {
        var object = Serialization.unmarshal("""
                apiVersion: sekisho.dev/v1alpha1
                kind: ClusterSetNetworkPolicy
                metadata: {name: db, namespace: shop}
                spec:
                  ingress: [{from: [{podSelector: {}, newSelector: {}}]}]
                """, ClusterSetNetworkPolicy.class);

        assertThat(ClusterSetNetworkPolicies.problems(object, Origin.FILE))
                .extracting(FieldProblem::field)
                .containsExactly("spec.ingress[0].from[0].newSelector");
    }
}
