package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListeningTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final Rules ON_A_HOST = TestPlan.rules("tokyo");

    private static Condition ready(Rules rules, Listening listening) {
        var plan = TestPlan.of(
                        rules,
                        view().peer("osaka")
                                .imported("shop/db", Map.of(new PortKey(Transport.TCP, 6379), 20_001), "10.96.0.7"),
                        Optional.empty(),
                        TestExport.all("osaka", exportOf("osaka").build()))
                .heard(rules, listening);
        return Objects.requireNonNull(plan.importConditions().get(DB)).getFirst();
    }

    @Test
    void an_import_is_ready_when_its_listeners_are_open() {
        assertThat(ready(ON_A_HOST, Listening.ALL_OPEN).status()).isEqualTo("True");
    }

    @Test
    void an_import_that_a_gateway_cannot_listen_for_is_not_ready_and_says_why() {
        var ready = ready(
                ON_A_HOST,
                new Listening(true, Map.of(DB, List.of("gateway g1 cannot listen on 127.66.0.1:6379: in use"))));

        assertThat(ready.status()).isEqualTo("False");
        assertThat(ready.reason()).isEqualTo("ListenerFailed");
        assertThat(ready.message()).contains("gateway g1 cannot listen on 127.66.0.1:6379: in use");
    }

    @Test
    void of_many_problems_only_some_are_named() {
        var problems = IntStream.range(0, 10).mapToObj(i -> "problem " + i).toList();

        assertThat(ready(ON_A_HOST, new Listening(true, Map.of(DB, problems))).message())
                .contains("problem 2; and 7 more")
                .doesNotContain("problem 3");
    }

    @Test
    void the_listener_of_another_import_does_not_matter() {
        var other = new Listening(true, Map.of(ServiceName.parse("shop/web"), List.of("in use")));

        assertThat(ready(ON_A_HOST, other).status()).isEqualTo("True");
    }

    @Test
    void without_a_gateway_a_host_does_not_know_whether_it_is_listened_for() {
        var ready = ready(ON_A_HOST, Listening.NOBODY);

        assertThat(ready.status()).isEqualTo("Unknown");
        assertThat(ready.reason()).isEqualTo("NoGateway");
    }

    @Test
    void gateways_may_follow_another_control_plane_of_the_same_cluster() {
        assertThat(ready(TestPlan.forwarding("tokyo", LocalTraffic.FIRST), Listening.NOBODY)
                        .status())
                .isEqualTo("True");
    }
}
