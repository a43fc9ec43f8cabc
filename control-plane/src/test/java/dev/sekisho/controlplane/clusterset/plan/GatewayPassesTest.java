package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PortSelector.PortRange;
import dev.sekisho.policy.PolicyName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewayPassesTest {
    private static final ServicePort REDIS = tcp("redis", 6379);
    private static final LabelSelector DB_PODS = labels("app", "db");

    private static LabelSelector labels(String key, String value) {
        return new LabelSelector(Map.of(key, value), List.of());
    }

    private static Policy isolating(String name, Direction direction, LabelSelector subject, Rule... rules) {
        return new NamespacedPolicy(
                new PolicyName("shop", name),
                subject,
                Set.of(direction),
                direction == Direction.INGRESS ? List.of(rules) : List.of(),
                direction == Direction.EGRESS ? List.of(rules) : List.of());
    }

    private static List<GatewayPass> passes(TestView view, PeerExports... peers) {
        return TestPlan.of(TestPlan.forwarding("tokyo", LocalTraffic.FIRST), view, Optional.empty(), peers)
                .passes();
    }

    /// Exports `shop/db`, which selects `app: db` and has one pod, on port 16379.
    private static TestView exporting() {
        return view().service(new Service(
                        ServiceName.parse("shop/db"),
                        ServiceKind.CLUSTER_IP,
                        List.of(REDIS),
                        Map.of("redis", "16379"),
                        Map.of("app", "db"),
                        TestView.TRAITS))
                .export("shop/db")
                .pod("shop/db-0", Map.of("app", "db", "tier", "back"), "10.244.0.5")
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 16379)),
                        ready("10.244.0.5", "shop/db-0"));
    }

    private static TestView importing() {
        return view().peer("osaka");
    }

    private static PeerExports osaka() {
        return TestExport.all("osaka", exportOf("osaka").build());
    }

    @Test
    void gateways_may_reach_isolated_exported_pods_on_their_own_ports() {
        var passes = passes(exporting().policy(isolating("deny", Direction.INGRESS, LabelSelector.EVERYTHING)));

        assertThat(passes).singleElement().satisfies(pass -> {
            assertThat(pass.namespace()).isEqualTo("shop");
            assertThat(pass.name()).matches("sekisho-allow-ingress-db-[0-9a-f]{10}");
            assertThat(pass.direction()).isEqualTo(Direction.INGRESS);
            assertThat(pass.pods()).isEqualTo(DB_PODS);
            assertThat(pass.ports()).containsExactly(new PortRange(Transport.TCP, 16379, 16379));
        });
    }

    @Test
    void a_pass_isolates_no_pod_that_had_been_open() {
        var some = new LabelSelector(
                Map.of("tier", "back"), List.of(new Requirement("canary", Operator.DOES_NOT_EXIST, List.of())));

        var passes = passes(exporting()
                .pod("shop/db-1", Map.of("app", "db", "tier", "front"), "10.244.0.6")
                .policy(isolating("back", Direction.INGRESS, some)));

        assertThat(passes)
                .singleElement()
                .extracting(GatewayPass::pods)
                .isEqualTo(new LabelSelector(Map.of("app", "db", "tier", "back"), some.matchExpressions()));
    }

    @Test
    void one_pass_is_enough_for_pods_that_several_policies_isolate() {
        var passes = passes(exporting()
                .policy(isolating("deny", Direction.INGRESS, LabelSelector.EVERYTHING))
                .policy(isolating("db", Direction.INGRESS, DB_PODS))
                .policy(isolating("back", Direction.INGRESS, labels("tier", "back"))));

        assertThat(passes).extracting(GatewayPass::pods).containsExactly(DB_PODS);
    }

    @Test
    void nothing_is_written_where_nothing_is_in_the_way() {
        var everything = new Rule(List.of(), List.of());

        assertThat(passes(exporting())).isEmpty();
        assertThat(passes(exporting().policy(isolating("web", Direction.INGRESS, labels("app", "web")))))
                .isEmpty();
        assertThat(passes(exporting().policy(isolating("old", Direction.INGRESS, labels("tier", "gone")))))
                .isEmpty();
        assertThat(passes(exporting().policy(isolating("open", Direction.INGRESS, DB_PODS, everything))))
                .isEmpty();
        assertThat(passes(exporting()
                        .withoutExport("shop/db")
                        .policy(isolating("deny", Direction.INGRESS, LabelSelector.EVERYTHING))))
                .isEmpty();
    }

    @Test
    void a_pod_on_its_nodes_address_needs_no_pass() {
        var view = exporting()
                .pod(new Pod(PodName.parse("shop/db-0"), Map.of("app", "db"), "default", List.of(), List.of(), true));

        assertThat(passes(view.policy(isolating("deny", Direction.INGRESS, LabelSelector.EVERYTHING))))
                .isEmpty();
    }

    @Test
    void isolated_callers_may_reach_the_gateways_listen_ports() {
        var subject = labels("app", "web");

        var passes = passes(
                importing()
                        .pod("shop/web-0", Map.of("app", "web"), "10.244.0.8")
                        .policy(isolating("web.lock-down", Direction.EGRESS, subject)),
                osaka());

        assertThat(passes).singleElement().satisfies(pass -> {
            assertThat(pass.name()).matches("sekisho-allow-egress-web-lock-down-[0-9a-f]{10}");
            assertThat(pass.direction()).isEqualTo(Direction.EGRESS);
            assertThat(pass.pods()).isEqualTo(subject);
            assertThat(pass.ports())
                    .containsExactly(
                            new PortRange(Transport.TCP, 20_000, 29_999), new PortRange(Transport.UDP, 20_000, 29_999));
        });
    }

    @Test
    void callers_need_no_pass_where_they_are_free_absent_or_have_nothing_to_call() {
        var locked = isolating("lock", Direction.EGRESS, labels("app", "web"));
        var open = isolating("open", Direction.EGRESS, labels("app", "web"), new Rule(List.of(), List.of()));

        assertThat(passes(importing().policy(locked), osaka())).isEmpty();
        assertThat(passes(caller(importing()).policy(open), osaka())).isEmpty();
        assertThat(passes(caller(view()).policy(locked))).isEmpty();
        assertThat(passes(
                        caller(importing()).policy(locked),
                        TestExport.all("osaka", exportOf("osaka").headless().build())))
                .isEmpty();
    }

    private static TestView caller(TestView view) {
        return view.pod("shop/web-0", Map.of("app", "web"), "10.244.0.8");
    }

    @Test
    void invariant_1_callers_keep_their_pass_while_an_import_is_held() {
        var view = caller(importing())
                .imported("shop/db", Map.of(REDIS.key(), 20_001), "10.96.0.7")
                .policy(isolating("lock", Direction.EGRESS, labels("app", "web")));

        assertThat(passes(view)).extracting(GatewayPass::direction).containsExactly(Direction.EGRESS);
    }

    @Test
    void names_are_dns_labels_however_long_what_they_are_for_is_called() {
        var passes = passes(
                caller(importing())
                        .policy(isolating("a".repeat(200) + ".b", Direction.EGRESS, labels("app", "web")))
                        .policy(isolating("a".repeat(200) + ".c", Direction.EGRESS, labels("app", "web"))),
                osaka());

        assertThat(passes).extracting(GatewayPass::name).hasSize(2).doesNotHaveDuplicates();
        assertThat(passes).allSatisfy(pass -> assertThat(pass.name()).matches("[a-z0-9][-a-z0-9]{0,61}[a-z0-9]"));
    }

    @Test
    void a_host_that_enforces_policies_itself_needs_no_passes() {
        var plan = TestPlan.of(
                "tokyo",
                exporting().policy(isolating("deny", Direction.INGRESS, LabelSelector.EVERYTHING)),
                Optional.empty());

        assertThat(plan.passes()).isEmpty();
    }
}
