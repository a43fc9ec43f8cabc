package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestView.notReady;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.terminating;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissingEndpointsTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final List<SlicePort> REDIS = List.of(new SlicePort("redis", Transport.TCP, 16379));

    private static TestView exporting(ServiceKind kind, Map<String, String> selector, String... ipFamilies) {
        var traits = new ServiceTraits(
                "None", Optional.empty(), Optional.of("Cluster"), Optional.empty(), List.of(ipFamilies));
        return view().service(
                        new Service(DB, kind, List.of(tcp("redis", 6379)), Map.of("redis", "client"), selector, traits))
                .export("shop/db");
    }

    private static TestView exporting() {
        return exporting(ServiceKind.CLUSTER_IP, Map.of("role", "db"), "IPv4");
    }

    private static Condition readiness(TestView view) {
        return Objects.requireNonNull(TestPlan.of("tokyo", view, Optional.empty())
                        .exportConditions()
                        .get(DB))
                .stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    private static void assertMissing(TestView view, String why) {
        assertThat(readiness(view))
                .isEqualTo(new Condition(
                        "Ready", "True", "NoEndpoint", "Linked clusters are told of it, but " + why + "."));
    }

    @Test
    void a_service_whose_labels_no_pod_has_names_them() {
        assertMissing(
                exporting()
                        .namespace("bank", Map.of())
                        .pod("shop/web-0", Map.of("role", "web"), "10.0.0.1")
                        .pod("bank/db-0", Map.of("role", "db"), "10.0.0.2"),
                "there is no endpoint: no pod of namespace shop has the labels that the Service selects, role=db");
    }

    @Test
    void a_service_whose_families_none_of_its_pods_has_names_both() {
        assertMissing(
                exporting(ServiceKind.CLUSTER_IP, Map.of("role", "db"), "IPv6")
                        .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1"),
                "there is no endpoint: its ipFamilies are [IPv6], and the pods that it selects have addresses of other"
                        + " families only: shop/db-0 10.0.0.1");
    }

    @Test
    void the_families_of_a_headless_service_count_alike() {
        assertThat(readiness(exporting(ServiceKind.HEADLESS, Map.of("role", "db"), "IPv6")
                                .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1"))
                        .message())
                .contains("its ipFamilies are [IPv6]");
    }

    @Test
    void of_many_pods_of_the_wrong_family_some_are_named() {
        var view = exporting(ServiceKind.CLUSTER_IP, Map.of("role", "db"), "IPv6");
        for (var i = 1; i <= 9; i++) {
            view.pod("shop/db-" + i, Map.of("role", "db"), "10.0.0." + i);
        }

        assertThat(readiness(view).message())
                .endsWith(": shop/db-1 10.0.0.1, shop/db-2 10.0.0.2, shop/db-3 10.0.0.3 and 6 more.");
    }

    @Test
    void a_service_without_selector_needs_a_slice() {
        assertMissing(
                exporting(ServiceKind.CLUSTER_IP, Map.of(), "IPv4"),
                "there is no endpoint: the Service has no selector, and no EndpointSlice that is labelled"
                        + " kubernetes.io/service-name=db holds one");
    }

    @Test
    void endpoints_of_which_none_is_ready_are_told() {
        assertMissing(
                exporting()
                        .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1")
                        .slice("shop/db", REDIS, notReady("10.0.0.1", "shop/db-0")),
                "none of its endpoints is ready");
    }

    @Test
    void a_port_that_no_pod_has_is_named_with_its_target() {
        assertMissing(
                exporting()
                        .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1")
                        .slice("shop/db", List.of(), ready("10.0.0.1", "shop/db-0")),
                "no endpoint that is ready has port 6379/TCP (targetPort client)");
    }

    @Test
    void what_terminates_and_serves_is_not_missing() {
        assertThat(readiness(exporting()
                                .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1")
                                .slice("shop/db", REDIS, terminating("10.0.0.1", "shop/db-0")))
                        .reason())
                .isEqualTo("Exported");
    }
}
