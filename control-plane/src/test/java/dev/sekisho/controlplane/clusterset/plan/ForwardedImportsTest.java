package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.ips;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.udp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.feed.v1.Listener;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Imports of a cluster that gives them their addresses itself.
class ForwardedImportsTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServicePort REDIS = tcp("redis", 6379);

    private static ClusterSetPlan plan(TestView view, PeerExports... peers) {
        return plan(view, Optional.empty(), peers);
    }

    private static ClusterSetPlan plan(TestView view, Optional<ClusterSetPlan> before, PeerExports... peers) {
        return TestPlan.of(TestPlan.forwarding("tokyo", LocalTraffic.FIRST), view, before, peers);
    }

    private static PeerExports osaka(String... families) {
        return TestExport.all("osaka", exportOf("osaka").ipFamilies(families).build());
    }

    private static Import imported(ClusterSetPlan plan) {
        return Objects.requireNonNull(plan.imports().get(DB));
    }

    private static Condition ready(ClusterSetPlan plan) {
        return Objects.requireNonNull(plan.importConditions().get(DB)).getFirst();
    }

    private static int listenPort(ClusterSetPlan plan, ServicePort port) {
        return Objects.requireNonNull(imported(plan).listenPorts().get(port.key()));
    }

    @Test
    void while_its_service_has_no_address_an_import_has_none_and_says_so() {
        var plan = plan(view().peer("osaka"), osaka("IPv4"));

        assertThat(imported(plan).ips()).isEmpty();
        assertThat(imported(plan).traits().ipFamilies()).isEmpty();
        assertThat(imported(plan).listenPorts()).containsOnlyKeys(REDIS.key());
        assertThat(ready(plan)).extracting(Condition::status, Condition::reason).containsExactly("False", "Pending");
    }

    @Test
    void the_addresses_are_those_of_the_service_in_the_families_of_the_oldest_export() {
        var view = view().peer("osaka").imported("shop/db", Map.of(), "10.96.0.7", "fd00:96::7");

        assertThat(imported(plan(view, osaka("IPv4"))).ips()).isEqualTo(ips("10.96.0.7"));
        assertThat(imported(plan(view, osaka("IPv6"))).ips()).isEqualTo(ips("fd00:96::7"));
        assertThat(imported(plan(view, osaka("IPv6", "IPv4"))).ips()).isEqualTo(ips("fd00:96::7", "10.96.0.7"));
        assertThat(ready(plan(view, osaka("IPv4"))).status()).isEqualTo("True");
    }

    @Test
    void a_cluster_without_the_oldest_ones_family_serves_the_import_in_its_own() {
        var plan = plan(view().peer("osaka").imported("shop/db", Map.of(), "fd00:96::7"), osaka("IPv4"));

        assertThat(imported(plan).ips()).isEqualTo(ips("fd00:96::7"));
        assertThat(imported(plan).traits().ipFamilies()).containsExactly("IPv6");
        assertThat(ready(plan).status()).isEqualTo("True");
    }

    @Test
    void the_addresses_stay_whoever_is_the_oldest_later() {
        var view = view().peer("osaka").imported("shop/db", Map.of(), "10.96.0.7", "fd00:96::7");
        var first = plan(view, osaka("IPv4"));

        var second = plan(view, Optional.of(first), osaka("IPv6"));

        assertThat(imported(second).ips()).isEqualTo(ips("10.96.0.7"));
    }

    @Test
    void a_service_that_was_made_anew_gives_the_import_its_new_addresses() {
        var first = plan(view().peer("osaka").imported("shop/db", Map.of(), "10.96.0.7"), osaka("IPv4"));

        var second = plan(
                view().peer("osaka").imported("shop/db", Map.of(), "10.96.0.8"), Optional.of(first), osaka("IPv4"));

        assertThat(imported(second).ips()).isEqualTo(ips("10.96.0.8"));
    }

    @Test
    void a_headless_import_has_families_and_neither_addresses_nor_ports() {
        var plan = plan(
                view().peer("osaka"),
                TestExport.all(
                        "osaka",
                        exportOf("osaka").headless().ipFamilies("IPv6", "IPv4").build()));

        assertThat(imported(plan).ips()).isEmpty();
        assertThat(imported(plan).traits().ipFamilies()).containsExactly("IPv6", "IPv4");
        assertThat(imported(plan).listenPorts()).isEmpty();
        assertThat(ready(plan).status()).isEqualTo("True");
    }

    @Test
    void each_tcp_and_udp_port_has_a_listen_port_that_stays_over_plans_and_restarts() {
        var sctp = new ServicePort("stcp", Transport.SCTP, 142, Optional.empty());
        var exports = TestExport.all(
                "osaka", exportOf("osaka").ports(REDIS, udp("dns", 53), sctp).build());

        var first = plan(view().peer("osaka"), exports);
        var later = plan(view().peer("osaka"), Optional.of(first), exports);
        var restarted = plan(view().peer("osaka").imported("shop/db", Map.of(REDIS.key(), 20_123)), exports);

        assertThat(imported(first).listenPorts())
                .containsOnlyKeys(REDIS.key(), udp("dns", 53).key());
        assertThat(imported(later).listenPorts()).isEqualTo(imported(first).listenPorts());
        assertThat(listenPort(restarted, REDIS)).isEqualTo(20_123);
    }

    @Test
    void an_import_that_no_gateway_carries_says_so() {
        var sctp = new ServicePort("stcp", Transport.SCTP, 142, Optional.empty());

        var plan = plan(
                view().peer("osaka"),
                TestExport.all("osaka", exportOf("osaka").ports(sctp).build()));

        assertThat(ready(plan).status()).isEqualTo("False");
        assertThat(ready(plan).message()).contains("no port but SCTP");
    }

    @Test
    void gateways_listen_only_on_what_is_written_and_never_twice_on_one_port() {
        var exports = TestExport.all(
                "osaka",
                exportOf("osaka").ports(REDIS, udp("dns", 53)).build(),
                exportOf("osaka").of("shop/web").build());

        var plan = plan(
                view().peer("osaka")
                        .imported("shop/db", Map.of(udp("dns", 53).key(), 20_001), "10.96.0.7")
                        .imported("shop/web", Map.of(REDIS.key(), 20_001), "10.96.0.8"),
                exports);

        assertThat(listeners(plan, "shop/db"))
                .extracting(Listener::getAddress, Listener::getListenPort, Listener::getServicePort)
                .containsExactly(tuple("0.0.0.0", 20_001, 53));
        assertThat(listeners(plan, "shop/web")).isEmpty();
        assertThat(Objects.requireNonNull(plan.imports().get(ServiceName.parse("shop/web")))
                        .listenPorts()
                        .values())
                .doesNotContain(20_001);
    }

    private static Iterable<Listener> listeners(ClusterSetPlan plan, String service) {
        return Objects.requireNonNull(plan.routes().get("import/" + service))
                .getImportRoute()
                .getListenersList();
    }

    @Test
    void an_exhausted_range_is_a_condition_and_is_counted() {
        var rules = TestPlan.forwarding("tokyo", new PortRange(20_000, 20_000), LocalTraffic.FIRST);
        var view = view().peer("osaka").imported("shop/db", Map.of(REDIS.key(), 20_000), "10.96.0.7");

        var partly = TestPlan.of(
                rules,
                view,
                Optional.empty(),
                TestExport.all(
                        "osaka", exportOf("osaka").ports(REDIS, tcp("web", 80)).build()));
        var wholly = TestPlan.of(
                rules,
                view,
                Optional.empty(),
                TestExport.all("osaka", exportOf("osaka").ports(tcp("web", 80)).build()));

        assertThat(partly.outOfRoom()).containsExactly(DB);
        assertThat(ready(partly).status()).isEqualTo("True");
        assertThat(ready(partly).message()).contains("80/TCP").contains("listenPorts");
        assertThat(ready(wholly))
                .extracting(Condition::status, Condition::reason)
                .containsExactly("False", "Pending");
        assertThat(ready(wholly).message()).contains("80/TCP").contains("listenPorts");
    }

    @Test
    void invariant_1_a_held_imports_port_is_given_to_no_other() {
        var rules = TestPlan.forwarding("tokyo", new PortRange(20_000, 20_001), LocalTraffic.FIRST);
        var web = exportOf("nagoya").of("shop/web").ports(REDIS).build();

        var plan = TestPlan.of(
                rules,
                view().peer("osaka")
                        .peer("nagoya")
                        .imported("shop/db", Map.of(new PortKey(Transport.TCP, 1), 20_000), "10.96.0.7"),
                Optional.empty(),
                TestExport.all("nagoya", web));

        assertThat(plan.held()).containsExactly(DB);
        assertThat(Objects.requireNonNull(plan.imports().get(web.name())).listenPorts())
                .containsValues(20_001);
    }
}
