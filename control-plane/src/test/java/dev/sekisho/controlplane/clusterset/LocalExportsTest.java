package dev.sekisho.controlplane.clusterset;

import static dev.sekisho.controlplane.clusterset.TestView.containerPort;
import static dev.sekisho.controlplane.clusterset.TestView.ips;
import static dev.sekisho.controlplane.clusterset.TestView.notReady;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.terminating;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.published.PublishedIngress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalExportsTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final List<SlicePort> REDIS = List.of(new SlicePort("redis", Transport.TCP, 16379));

    private static Export exported(TestView view) {
        return Objects.requireNonNull(LocalExports.of(PolicyScope.of(TOKYO), view.build(), Optional.empty())
                .valid()
                .get(DB));
    }

    private static Condition refused(TestView view) {
        return Objects.requireNonNull(LocalExports.of(PolicyScope.of(TOKYO), view.build(), Optional.empty())
                .refused()
                .get(DB));
    }

    private static TestView db() {
        return view().service(new Service(
                        DB,
                        ServiceKind.CLUSTER_IP,
                        List.of(tcp("redis", 6379)),
                        Map.of("redis", "redis"),
                        Map.of("role", "db"),
                        TestView.TRAITS))
                .export("shop/db");
    }

    @Test
    void an_export_without_its_service_waits_for_it() {
        var refusal = refused(view().export("shop/db"));

        assertThat(refusal.type()).isEqualTo("Valid");
        assertThat(refusal.status()).isEqualTo("False");
        assertThat(refusal.reason()).isEqualTo("NoService");
        assertThat(refusal.message()).contains("shop/db");
    }

    @Test
    void an_external_name_is_not_exported() {
        var refusal = refused(view().service("shop/db", ServiceKind.EXTERNAL_NAME, TestView.TRAITS)
                .export("shop/db"));

        assertThat(refusal.reason()).isEqualTo("InvalidServiceType");
        assertThat(refusal.status()).isEqualTo("False");
    }

    @Test
    void a_service_without_an_export_is_told_to_nobody() {
        var exports = LocalExports.of(
                PolicyScope.of(TOKYO), db().withoutExport("shop/db").build(), Optional.empty());

        assertThat(exports.valid()).isEmpty();
        assertThat(exports.refused()).isEmpty();
    }

    @Test
    void targets_are_the_distinct_pod_ports_with_their_names() {
        var export = exported(db().pod("shop/db-0", Map.of("role", "db"), "10.0.0.1", containerPort("redis", 16379))
                .pod("shop/db-1", Map.of("role", "db"), "10.0.0.2", containerPort("redis", 16379))
                .pod("shop/db-2", Map.of("role", "db"), "10.0.0.3")
                .pod(
                        "shop/db-3",
                        Map.of("role", "db"),
                        "10.0.0.4",
                        containerPort("redis", 16379),
                        containerPort("admin", 16379))
                .slice(
                        "shop/db",
                        REDIS,
                        ready("10.0.0.1", "shop/db-0"),
                        ready("10.0.0.2", "shop/db-1"),
                        ready("10.0.0.4", "shop/db-3"))
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 26379)),
                        ready("10.0.0.3", "shop/db-2")));

        assertThat(export.ports().getFirst().targets())
                .containsExactly(
                        new TargetPort(16379, List.of("admin", "redis")),
                        new TargetPort(16379, "redis"),
                        new TargetPort(26379, ""));
    }

    @Test
    void pod_labels_are_the_selector_and_what_all_ready_pods_share() {
        var export = exported(db().pod(
                        "shop/db-0",
                        Map.of("role", "db", "tier", "data", "zone", "a", "pod-template-hash", "1"),
                        "10.0.0.1")
                .pod(
                        "shop/db-1",
                        Map.of("role", "db", "tier", "data", "zone", "b", "pod-template-hash", "1"),
                        "10.0.0.2")
                .pod("shop/db-2", Map.of("role", "db", "zone", "a"), "10.0.0.3")
                .slice(
                        "shop/db",
                        REDIS,
                        ready("10.0.0.1", "shop/db-0"),
                        ready("10.0.0.2", "shop/db-1"),
                        notReady("10.0.0.3", "shop/db-2")));

        assertThat(export.podLabels()).isEqualTo(Map.of("role", "db", "tier", "data"));
    }

    @Test
    void endpoints_that_terminate_count_while_none_is_ready() {
        var ending = db().pod("shop/db-0", Map.of("role", "db", "tier", "old"), "10.0.0.1")
                .slice("shop/db", REDIS, terminating("10.0.0.1", "shop/db-0"));
        var replaced = db().pod("shop/db-0", Map.of("role", "db", "tier", "old"), "10.0.0.1")
                .pod("shop/db-1", Map.of("role", "db", "tier", "new"), "10.0.0.2")
                .slice("shop/db", REDIS, terminating("10.0.0.1", "shop/db-0"), ready("10.0.0.2", "shop/db-1"));

        assertThat(exported(ending).readiness()).isEqualTo(Readiness.TERMINATING);
        assertThat(exported(ending).podLabels()).containsEntry("tier", "old");
        assertThat(exported(replaced).readiness()).isEqualTo(Readiness.READY);
        assertThat(exported(replaced).podLabels()).containsEntry("tier", "new");
    }

    @Test
    void a_pod_that_restarts_under_another_name_is_no_news_to_peers() {
        var before = exported(db().pod(
                        "shop/db-aaa",
                        Map.of("role", "db", "pod-template-hash", "1"),
                        "10.0.0.1",
                        containerPort("redis", 16379))
                .slice("shop/db", REDIS, ready("10.0.0.1", "shop/db-aaa")));
        var after = exported(db().pod(
                        "shop/db-bbb",
                        Map.of("role", "db", "pod-template-hash", "2"),
                        "10.0.0.9",
                        containerPort("redis", 16379))
                .slice("shop/db", REDIS, ready("10.0.0.9", "shop/db-bbb")));

        assertThat(after).isEqualTo(before);
    }

    @Test
    void an_export_is_ready_while_one_endpoint_is() {
        assertThat(exported(db().slice("shop/db", REDIS, notReady("10.0.0.1", "shop/db-0")))
                        .ready())
                .isFalse();
        assertThat(exported(db().pod("shop/db-1", Map.of("role", "db"), "10.0.0.2")
                                .slice(
                                        "shop/db",
                                        REDIS,
                                        notReady("10.0.0.1", "shop/db-0"),
                                        ready("10.0.0.2", "shop/db-1")))
                        .ready())
                .isTrue();
    }

    @Test
    void a_headless_service_tells_the_names_of_its_ready_pods() {
        var export = exported(view().service("shop/db", ServiceKind.HEADLESS, TestView.TRAITS, tcp("redis", 6379))
                .export("shop/db")
                .slice(
                        "shop/db",
                        REDIS,
                        new SliceEndpoint(ips("10.0.0.1"), Readiness.READY, Optional.of("db-0"), Optional.empty()),
                        ready("10.0.0.2", "shop/db-1"),
                        notReady("10.0.0.3", "shop/db-2"))
                .slice(
                        "shop/db",
                        REDIS,
                        new SliceEndpoint(ips("2001:db8::1"), Readiness.READY, Optional.of("db-0"), Optional.empty())));

        assertThat(export.headless()).isTrue();
        assertThat(export.hostnames())
                .containsExactly(
                        new Hostname("10-0-0-2", ips("10.0.0.2")),
                        new Hostname("db-0", ips("10.0.0.1", "2001:db8::1")));
    }

    private static NamespacedPolicy closed(String namespace) {
        return new NamespacedPolicy(
                new PolicyName(namespace, "closed"),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(),
                List.of());
    }

    private static TestView policed() {
        return db().pod("shop/db-0", Map.of("role", "db"), "10.0.0.1")
                .slice("shop/db", REDIS, notReady("10.0.0.1", "shop/db-0"))
                .policy(closed("shop"));
    }

    @Test
    void the_rules_for_callers_go_with_an_export() {
        assertThat(exported(policed()).ingress())
                .hasValueSatisfying(ingress -> assertThat(ingress.policies()).containsExactly(closed("shop")));
        assertThat(exported(db().policy(closed("shop"))).ingress()).isEmpty();
    }

    @Test
    void no_rules_are_told_where_an_endpoint_is_no_pod_that_policy_knows() {
        var host = new Pod(new PodName("shop", "db-1"), Map.of(), "default", TestView.ips("10.0.0.2"), List.of(), true);

        assertThat(exported(policed().slice("shop/db", REDIS, ready("10.0.0.2", "shop/not-seen-yet")))
                        .ingress())
                .isEmpty();
        assertThat(exported(policed().pod(host).slice("shop/db", REDIS, ready("10.0.0.2", "shop/db-1")))
                        .ingress())
                .isEmpty();
        assertThat(exported(policed()
                                .slice(
                                        "shop/db",
                                        REDIS,
                                        new SliceEndpoint(
                                                ips("10.0.0.2"), Readiness.READY, Optional.empty(), Optional.empty())))
                        .ingress())
                .isEmpty();
    }

    @Test
    void a_change_of_policy_changes_only_the_exports_of_its_namespace() {
        var view = policed()
                .namespace("web", Map.of())
                .service("web/site", tcp("http", 80))
                .export("web/site")
                .pod("web/site-0", Map.of(), "10.0.0.9")
                .slice("web/site", List.of(new SlicePort("http", Transport.TCP, 80)), ready("10.0.0.9", "web/site-0"));
        var before = LocalExports.of(PolicyScope.of(TOKYO), view.build(), Optional.empty());

        var after = LocalExports.of(
                PolicyScope.of(TOKYO), view.policy(closed("web")).build(), Optional.of(before));

        var site = ServiceName.parse("web/site");
        assertThat(after.valid().get(DB)).isSameAs(before.valid().get(DB));
        assertThat(ingress(before, site)).isEmpty();
        assertThat(ingress(after, site)).isPresent();
        assertThat(after.backends().get(DB)).isSameAs(before.backends().get(DB));
    }

    private static Optional<PublishedIngress> ingress(LocalExports exports, ServiceName name) {
        return Objects.requireNonNull(exports.valid().get(name)).ingress();
    }
}
