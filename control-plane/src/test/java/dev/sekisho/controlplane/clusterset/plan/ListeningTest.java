package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListeningTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final Rules ON_A_HOST = TestPlan.rules("tokyo");

    private static final Rules ON_KUBERNETES = TestPlan.forwarding("tokyo", LocalTraffic.FIRST);
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private static Condition ready(Rules rules, TestView view, Listening listening) {
        var plan = TestPlan.of(
                        rules,
                        view.peer("osaka")
                                .imported("shop/db", Map.of(new PortKey(Transport.TCP, 6379), 20_001), "10.96.0.7"),
                        Optional.empty(),
                        TestExport.all("osaka", exportOf("osaka").build()))
                .heard(rules, listening);
        return Objects.requireNonNull(plan.importConditions().get(DB)).getFirst();
    }

    private static Condition ready(Rules rules, Listening listening) {
        return ready(rules, view(), listening);
    }

    private static Listening says(String gateway, Instant since, ServiceName imported, List<String> problems) {
        return new Listening(Map.of(gateway, new Listening.Gateway(since, Map.of(imported, problems))));
    }

    private static Listening allOpen(String gateway, Instant since) {
        return new Listening(Map.of(gateway, new Listening.Gateway(since, Map.of())));
    }

    @Test
    void an_import_is_ready_when_its_listeners_are_open() {
        assertThat(ready(ON_A_HOST, allOpen("g1", NOON)).status()).isEqualTo("True");
    }

    @Test
    void an_import_that_a_gateway_cannot_listen_for_is_not_ready_and_says_why() {
        var ready = ready(ON_A_HOST, says("g1", NOON, DB, List.of("cannot listen on 127.66.0.1:6379: in use")));

        assertThat(ready.status()).isEqualTo("False");
        assertThat(ready.reason()).isEqualTo("ListenerFailed");
        assertThat(ready.message()).contains("gateway g1 cannot listen on 127.66.0.1:6379: in use");
    }

    @Test
    void of_many_problems_only_some_are_named() {
        var problems = IntStream.range(0, 10).mapToObj(i -> "problem " + i).toList();

        assertThat(ready(ON_A_HOST, says("g1", NOON, DB, problems)).message())
                .contains("gateway g1 problem 2; and 7 more")
                .doesNotContain("problem 3");
    }

    @Test
    void the_listener_of_another_import_does_not_matter() {
        var other = says("g1", NOON, ServiceName.parse("shop/web"), List.of("in use"));

        assertThat(ready(ON_A_HOST, other).status()).isEqualTo("True");
    }

    @Test
    void without_a_gateway_a_host_does_not_know_whether_it_is_listened_for() {
        var ready = ready(ON_A_HOST, Listening.NOBODY);

        assertThat(ready.status()).isEqualTo("Unknown");
        assertThat(ready.reason()).isEqualTo("NoGateway");
    }

    @Test
    void without_a_ready_gateway_pod_an_import_is_not_ready() {
        var ready = ready(ON_KUBERNETES, Listening.NOBODY);

        assertThat(ready.status()).isEqualTo("False");
        assertThat(ready.reason()).isEqualTo("NoGateway");
    }

    @Test
    void gateway_pods_need_not_follow_the_control_plane_that_says_so() {
        assertThat(ready(ON_KUBERNETES, view().gateway("g1", "10.244.0.9"), Listening.NOBODY)
                        .status())
                .isEqualTo("True");
    }

    @Test
    void what_gateways_that_follow_another_control_plane_say_counts_as_well() {
        var here = allOpen("g1", NOON);
        var there = says("g2", NOON, DB, List.of("cannot listen on 10.244.0.9:20001: in use"));

        assertThat(ready(ON_KUBERNETES, view().gateway("g1", "10.244.0.9"), here.and(there))
                        .message())
                .startsWith("gateway g2 cannot listen on 10.244.0.9:20001: in use.");
    }

    @Test
    void of_a_gateway_that_has_changed_to_another_control_plane_the_later_word_counts() {
        var before = says("g1", NOON, DB, List.of("cannot listen on 10.244.0.9:20001: in use"));
        var after = allOpen("g1", NOON.plusSeconds(1));

        assertThat(before.and(after)).isEqualTo(after);
        assertThat(after.and(before)).isEqualTo(after);
    }
}
