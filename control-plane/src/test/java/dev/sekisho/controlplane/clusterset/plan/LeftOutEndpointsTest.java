package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeftOutEndpointsTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");

    private static ClusterSetPlan plan(ServiceKind kind, SliceEndpoint... endpoints) {
        return TestPlan.of(
                "tokyo",
                view().pod("shop/db-0", Map.of("role", "db"), "10.0.0.1")
                        .pod("shop/db-2", Map.of("role", "db"), "10.0.0.3")
                        .pod("shop/db-3", Map.of("role", "db"), "10.0.0.3")
                        .service("shop/db", kind, TestView.TRAITS, tcp("redis", 6379))
                        .export("shop/db")
                        .slice("shop/db", List.of(new SlicePort("redis", Transport.TCP, 16379)), endpoints),
                Optional.empty());
    }

    private static Condition condition(ClusterSetPlan plan) {
        return Objects.requireNonNull(plan.exportConditions().get(DB)).stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_export_whose_only_endpoint_names_a_missing_pod_is_not_ready_and_says_which() {
        var plan = plan(ServiceKind.CLUSTER_IP, ready("10.0.0.2", "shop/db-1"));

        assertThat(condition(plan).status()).isEqualTo("False");
        assertThat(condition(plan).reason()).isEqualTo("EndpointsLeftOut");
        assertThat(condition(plan).message()).contains("to 10.0.0.2, as there is no pod shop/db-1");
        assertThat(Objects.requireNonNull(plan.exports().get(DB)).ready()).isFalse();
    }

    @Test
    void an_address_that_two_pods_have_is_named_while_the_others_serve() {
        var plan = plan(ServiceKind.CLUSTER_IP, ready("10.0.0.1", "shop/db-0"), ready("10.0.0.3", "shop/db-2"));

        assertThat(condition(plan).status()).isEqualTo("True");
        assertThat(condition(plan).reason()).isEqualTo("EndpointsLeftOut");
        assertThat(condition(plan).message())
                .contains("to 10.0.0.3, as several pods have that address: shop/db-2, shop/db-3");
        assertThat(Objects.requireNonNull(plan.exports().get(DB)).ready()).isTrue();
    }

    @Test
    void an_endpoint_at_another_address_than_its_pod_is_named() {
        var plan = plan(ServiceKind.CLUSTER_IP, ready("10.0.0.9", "shop/db-0"));

        assertThat(condition(plan).message()).contains("pod shop/db-0 does not have that address");
    }

    @Test
    void what_can_be_called_is_told_without_reserve() {
        var plan = plan(ServiceKind.CLUSTER_IP, ready("10.0.0.1", "shop/db-0"));

        assertThat(condition(plan).reason()).isEqualTo("Exported");
    }

    @Test
    void calls_to_a_headless_service_pass_no_gateway_that_could_leave_one_out() {
        var plan = plan(ServiceKind.HEADLESS, ready("10.0.0.2", "shop/db-1"));

        assertThat(condition(plan).reason()).isEqualTo("Exported");
        assertThat(Objects.requireNonNull(plan.exports().get(DB)).ready()).isTrue();
    }
}
