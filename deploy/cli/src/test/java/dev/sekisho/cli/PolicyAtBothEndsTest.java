package dev.sekisho.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.gateway.routes.RouteResources;
import dev.sekisho.gateway.routes.UnreadableRoutesException;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Subject;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The control plane and the gateway it feeds judge by the same policies in the same surroundings.
class PolicyAtBothEndsTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");
    private static final ClusterName OSAKA = new ClusterName("osaka");

    private final Map<String, PolicyMode> modes = new HashMap<>(Map.of("shop", PolicyMode.AUDIT));
    private Map<String, String> osakaLabels = Map.of("region", "west");
    private Map<String, String> ownLabels = Map.of("region", "east");
    private PolicyMode mode = PolicyMode.ENFORCE;
    private List<Policy> policies = List.of(fromWest("shop"), fromWest("web"), guard());

    private static Policy fromWest(String namespace) {
        return new NamespacedPolicy(
                new PolicyName(PolicyKind.CLUSTER_SET_NETWORK_POLICY, namespace, "from-west"),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(new Rule(
                        List.of(new PeerSelector.Pods(
                                Optional.of(new LabelSelector(Map.of("region", "west"), List.of())),
                                Optional.of(LabelSelector.EVERYTHING),
                                Optional.empty(),
                                Set.of("robot"))),
                        List.of())),
                List.of());
    }

    private static Policy guard() {
        return new ClusterPolicy(
                ClusterPolicy.name("guard"),
                Tier.ADMIN,
                7,
                new Subject(LabelSelector.EVERYTHING, new LabelSelector(Map.of("closed", "yes"), List.of())),
                List.of(new TierRule(
                        "",
                        Action.DENY,
                        List.of(new PeerSelector.Pods(Optional.of(LabelSelector.EVERYTHING), Optional.empty())),
                        List.of())),
                List.of());
    }

    private Rules rules() {
        return new Rules(TOKYO, new ClusterSetName("demo"), new ImportAddressing.OwnPools(List.of()), ownLabels, mode);
    }

    private ClusterView view() {
        return new ClusterView(
                Map.of("shop", Map.of("kubernetes.io/metadata.name", "shop"), "web", Map.of()),
                modes,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                policies,
                Map.of(OSAKA, new Peer(OSAKA, Optional.empty(), "PEM", osakaLabels)),
                Map.of(),
                List.of());
    }

    private PolicySet atControlPlane() {
        return new PolicySet(rules().policyScope(view()), policies);
    }

    private PolicySet atGateway() throws UnreadableRoutesException {
        var routes =
                ClusterSetPlan.of(rules(), view(), Map.of(), Optional.empty()).routes();
        return RouteResources.NONE
                .with(routes.values(), Set.of())
                .join(1)
                .table()
                .policies();
    }

    @Test
    void both_have_the_same_version_and_the_same_verdicts() throws Exception {
        var here = atControlPlane();
        var there = atGateway();

        assertThat(there.version()).isEqualTo(here.version());
        assertThat(there.policies()).isEqualTo(here.policies());
        for (var namespace : List.of("shop", "web")) {
            for (var cluster : List.of(TOKYO, OSAKA)) {
                for (var account : List.of("robot", "default")) {
                    for (var closed : List.of("yes", "no")) {
                        var callee = pod(TOKYO, namespace, "default", Map.of("closed", closed));
                        var caller = pod(cluster, "web", account, Map.of());
                        assertThat(there.ingress(caller, callee, Transport.TCP, 80))
                                .as("%s of %s to %s, closed: %s", account, cluster, namespace, closed)
                                .isEqualTo(here.ingress(caller, callee, Transport.TCP, 80));
                    }
                }
            }
        }
    }

    private static Endpoint.Pod pod(ClusterName cluster, String namespace, String account, Map<String, String> labels) {
        return new Endpoint.Pod(
                cluster,
                new PodName(namespace, "p"),
                labels,
                Map.of("kubernetes.io/metadata.name", namespace),
                account,
                Optional.of(InetAddress.getLoopbackAddress()),
                List.of());
    }

    @Test
    void whatever_changes_a_verdict_changes_the_version_at_both_ends() throws Exception {
        var before = atControlPlane().version();
        var changes = List.<Runnable>of(
                () -> modes.put("shop", PolicyMode.ENFORCE),
                () -> mode = PolicyMode.AUDIT,
                () -> osakaLabels = Map.of("region", "north"),
                () -> ownLabels = Map.of("region", "west"),
                () -> policies = List.of(fromWest("shop"), guard()));

        for (var change : changes) {
            change.run();

            assertThat(atControlPlane().version()).isNotEqualTo(before);
            assertThat(atGateway().version()).isEqualTo(atControlPlane().version());
            before = atControlPlane().version();
        }
    }
}
