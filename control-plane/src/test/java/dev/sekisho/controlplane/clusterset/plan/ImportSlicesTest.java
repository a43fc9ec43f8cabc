package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.ip;
import static dev.sekisho.controlplane.clusterset.TestView.ips;
import static dev.sekisho.controlplane.clusterset.TestView.notReady;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.terminating;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.PlannedSlice;
import dev.sekisho.controlplane.clusterset.PlannedSlice.PlannedEndpoint;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportSlicesTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServicePort FORTY_TWO = tcp("tcp", 42);
    private static final ServicePort OTHER = tcp("tcp2", 4242);
    private static final ServicePort STCP = new ServicePort("stcp", Transport.SCTP, 142, Optional.empty());
    private static final int LISTEN_42 = 20_042;
    private static final int LISTEN_4242 = 20_043;

    /// Two gateways, one import whose addresses and listen ports are written.
    private static TestView tokyo(String... clusterIps) {
        return view().peer("osaka")
                .peer("nagoya")
                .gateway("sekisho-gateway-b", "10.244.0.12", "fd00:244::12")
                .gateway("sekisho-gateway-a", "10.244.0.11", "fd00:244::11")
                .imported(
                        "shop/db",
                        Map.of(FORTY_TWO.key(), LISTEN_42, OTHER.key(), LISTEN_4242),
                        clusterIps.length == 0 ? new String[] {"10.96.0.7"} : clusterIps);
    }

    /// Exports `shop/db` itself, each port served by pods on that port's number and a thousand.
    private static TestView exporting(SliceEndpoint endpoint, ServicePort... ports) {
        return tokyo().service("shop/db", ports)
                .export("shop/db")
                .slice(
                        "shop/db",
                        List.of(ports).stream()
                                .map(port -> new SlicePort(port.name(), port.transport(), port.number() + 1000))
                                .toList(),
                        endpoint);
    }

    private static List<PlannedSlice> slices(LocalTraffic localTraffic, TestView view, PeerExports... peers) {
        var plan = TestPlan.of(TestPlan.forwarding("tokyo", localTraffic), view, Optional.empty(), peers);
        return Objects.requireNonNull(plan.imports().get(DB)).slices();
    }

    private static List<PlannedSlice> slices(TestView view, PeerExports... peers) {
        return slices(LocalTraffic.FIRST, view, peers);
    }

    private static PeerExports exports(TestExport export) {
        var built = export.build();
        return TestExport.all(built.cluster().value(), built);
    }

    /// What kube-proxy makes of them: `port name -> address:port`.
    private static List<String> routed(List<PlannedSlice> slices) {
        return slices.stream()
                .filter(PlannedSlice::routed)
                .flatMap(slice -> slice.endpoints().stream()
                        .filter(endpoint -> endpoint.readiness().isReady())
                        .flatMap(endpoint -> slice.ports().stream()
                                .map(port -> port.name() + " -> " + Addresses.text(endpoint.address()) + ":"
                                        + port.number())))
                .toList();
    }

    @Test
    void what_another_cluster_exports_leads_to_every_gateway() {
        var slices = slices(tokyo(), exports(exportOf("osaka").ports(FORTY_TWO)));

        assertThat(slices)
                .extracting(slice -> slice.source().value(), PlannedSlice::ipFamily, PlannedSlice::routed)
                .containsExactly(tuple("osaka", "IPv4", true));
        assertThat(slices.getFirst().ports()).containsExactly(new SlicePort("tcp", Transport.TCP, LISTEN_42));
        assertThat(slices.getFirst().endpoints())
                .extracting(PlannedEndpoint::address, PlannedEndpoint::readiness, PlannedEndpoint::pod)
                .containsExactly(
                        tuple(
                                ip("10.244.0.11"),
                                Readiness.READY,
                                Optional.of(PodName.parse("sekisho-system/sekisho-gateway-a"))),
                        tuple(
                                ip("10.244.0.12"),
                                Readiness.READY,
                                Optional.of(PodName.parse("sekisho-system/sekisho-gateway-b"))));
    }

    @Test
    void each_family_of_the_import_has_slices_of_its_own() {
        var slices = slices(
                tokyo("10.96.0.7", "fd00:96::7"),
                exports(exportOf("osaka").ports(FORTY_TWO).ipFamilies("IPv4", "IPv6")));

        assertThat(slices).extracting(PlannedSlice::ipFamily).containsExactly("IPv4", "IPv6");
        assertThat(slices.get(1).endpoints())
                .extracting(PlannedEndpoint::address)
                .isEqualTo(ips("fd00:244::11", "fd00:244::12"));
    }

    @Test
    void a_port_leads_only_to_clusters_that_expose_exactly_it() {
        var slices = slices(
                exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO),
                exports(exportOf("osaka").younger(2).ports(OTHER)));

        assertThat(routed(slices))
                .containsExactlyInAnyOrder(
                        "tcp -> 10.244.0.5:1042",
                        "tcp2 -> 10.244.0.11:" + LISTEN_4242,
                        "tcp2 -> 10.244.0.12:" + LISTEN_4242);
    }

    @Test
    void a_port_of_another_number_under_the_same_name_leads_nowhere() {
        var slices = slices(
                exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO),
                exports(exportOf("osaka").younger(2).ports(tcp("tcp", 4242))));

        assertThat(routed(slices)).containsExactly("tcp -> 10.244.0.5:1042");
        assertThat(slices).extracting(slice -> slice.source().value()).containsExactly("tokyo");
    }

    @Test
    void local_first_leaves_the_cluster_only_where_no_endpoint_of_its_own_is_ready() {
        var theirs = exports(exportOf("osaka").younger(2).ports(FORTY_TWO));

        var served = slices(exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO), theirs);
        var unserved = slices(exporting(notReady("10.244.0.5", "shop/db-0"), FORTY_TWO), theirs);

        assertThat(routed(served)).containsExactly("tcp -> 10.244.0.5:1042");
        assertThat(served)
                .extracting(slice -> slice.source().value(), PlannedSlice::routed)
                .containsExactly(tuple("tokyo", true), tuple("osaka", false));
        assertThat(routed(unserved))
                .containsExactly("tcp -> 10.244.0.11:" + LISTEN_42, "tcp -> 10.244.0.12:" + LISTEN_42);
    }

    @Test
    void spread_leads_to_local_endpoints_and_gateways_alike() {
        var slices = slices(
                LocalTraffic.SPREAD,
                exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO),
                exports(exportOf("osaka").younger(2).ports(FORTY_TWO)));

        assertThat(routed(slices))
                .containsExactly(
                        "tcp -> 10.244.0.5:1042", "tcp -> 10.244.0.11:" + LISTEN_42, "tcp -> 10.244.0.12:" + LISTEN_42);
    }

    @Test
    void an_unready_cluster_hides_no_gateway_that_leads_to_a_ready_one() {
        var slices = slices(
                tokyo(),
                exports(exportOf("osaka").ports(FORTY_TWO).unready()),
                exports(exportOf("nagoya").younger(2).ports(FORTY_TWO)));

        assertThat(routed(slices))
                .containsExactly("tcp -> 10.244.0.11:" + LISTEN_42, "tcp -> 10.244.0.12:" + LISTEN_42);
        assertThat(slices)
                .extracting(slice -> slice.source().value(), PlannedSlice::routed)
                .containsExactly(tuple("osaka", false), tuple("nagoya", true));
        assertThat(slices.getFirst().endpoints())
                .noneMatch(endpoint -> endpoint.readiness().isReady());
    }

    @Test
    void kube_proxy_finds_endpoints_that_terminate_as_its_last_resort_here_and_behind_the_gateways() {
        var slices = slices(
                exporting(terminating("10.244.0.5", "shop/db-0"), FORTY_TWO),
                exports(exportOf("osaka").younger(2).ports(FORTY_TWO).terminating()));

        assertThat(slices)
                .extracting(slice -> slice.source().value(), PlannedSlice::routed)
                .containsExactly(tuple("tokyo", true), tuple("osaka", true));
        assertThat(slices)
                .allSatisfy(slice -> assertThat(slice.endpoints())
                        .extracting(PlannedEndpoint::readiness)
                        .containsOnly(Readiness.TERMINATING));
    }

    @Test
    void a_cluster_whose_endpoints_terminate_hides_no_gateway_that_leads_to_a_ready_one() {
        var slices = slices(
                tokyo(),
                exports(exportOf("osaka").ports(FORTY_TWO).terminating()),
                exports(exportOf("nagoya").younger(2).ports(FORTY_TWO)));

        assertThat(slices)
                .extracting(slice -> slice.source().value(), PlannedSlice::routed)
                .containsExactly(tuple("osaka", false), tuple("nagoya", true));
    }

    @Test
    void a_local_service_is_reached_in_the_other_family_through_a_gateway() {
        var slices = slices(exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO)
                .imported("shop/db", Map.of(FORTY_TWO.key(), LISTEN_42), "fd00:96::7"));

        assertThat(slices)
                .extracting(slice -> slice.source().value(), PlannedSlice::ipFamily)
                .containsExactly(tuple("tokyo", "IPv6"));
        assertThat(routed(slices))
                .containsExactly("tcp -> fd00:244::11:" + LISTEN_42, "tcp -> fd00:244::12:" + LISTEN_42);
    }

    @Test
    void sctp_stays_in_the_cluster_that_serves_it() {
        var here = slices(exporting(ready("10.244.0.5", "shop/db-0"), STCP));
        var there = slices(tokyo(), exports(exportOf("osaka").ports(STCP)));

        assertThat(routed(here)).containsExactly("stcp -> 10.244.0.5:1142");
        assertThat(there).isEmpty();
    }

    @Test
    void pods_with_other_numbers_for_a_named_port_are_in_slices_of_their_own() {
        var slices = slices(exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO)
                .slice(
                        "shop/db",
                        List.of(new SlicePort("tcp", Transport.TCP, 2042)),
                        ready("10.244.0.6", "shop/db-1")));

        assertThat(routed(slices)).containsExactly("tcp -> 10.244.0.5:1042", "tcp -> 10.244.0.6:2042");
        assertThat(slices).hasSize(2);
    }

    @Test
    void a_slice_is_never_too_large_for_the_api_server() {
        var endpoints = IntStream.range(0, 1201)
                .mapToObj(i -> ready("10.244." + (1 + i / 250) + "." + i % 250, "shop/db-" + i))
                .toArray(SliceEndpoint[]::new);

        var slices = slices(exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO)
                .slice("shop/db", List.of(new SlicePort("tcp", Transport.TCP, 1042)), endpoints));

        assertThat(slices).extracting(slice -> slice.endpoints().size()).containsExactly(500, 500, 202);
    }

    @Test
    void without_a_gateway_there_is_nothing_to_lead_to() {
        var view = view().peer("osaka").imported("shop/db", Map.of(FORTY_TWO.key(), LISTEN_42), "10.96.0.7");

        assertThat(slices(view, exports(exportOf("osaka").ports(FORTY_TWO)))).isEmpty();
    }

    @Test
    void a_host_that_binds_the_addresses_itself_needs_no_slices() {
        var plan = TestPlan.of(
                "tokyo",
                view().peer("osaka"),
                Optional.empty(),
                exports(exportOf("osaka").ports(FORTY_TWO)));

        assertThat(Objects.requireNonNull(plan.imports().get(DB)).slices()).isEmpty();
    }

    @Test
    void gateways_and_pods_of_this_cluster_come_with_their_nodes() {
        var view = exporting(ready("10.244.0.5", "shop/db-0"), FORTY_TWO)
                .pod(onNode("sekisho-system/sekisho-gateway-a", "10.244.0.11", "node-1"))
                .pod(onNode("shop/db-0", "10.244.0.5", "node-2"));

        var slices = slices(view, exports(exportOf("osaka").younger(2).ports(FORTY_TWO)));

        assertThat(slices)
                .flatExtracting(PlannedSlice::endpoints)
                .extracting(PlannedEndpoint::pod, PlannedEndpoint::node)
                .contains(
                        tuple(Optional.of(PodName.parse("shop/db-0")), Optional.of("node-2")),
                        tuple(Optional.of(PodName.parse("sekisho-system/sekisho-gateway-a")), Optional.of("node-1")),
                        tuple(Optional.of(PodName.parse("sekisho-system/sekisho-gateway-b")), Optional.empty()));
    }

    private static Pod onNode(String name, String address, String node) {
        return new Pod(PodName.parse(name), Map.of(), "default", ips(address), List.of(), false, Optional.of(node));
    }

    @Test
    void a_headless_import_lists_the_pods_of_each_cluster_by_hostname() {
        var own = new SliceEndpoint(
                ips("10.244.0.5"), Readiness.READY, Optional.of("db-0"), Optional.of(PodName.parse("shop/db-0")));
        var view = tokyo().service("shop/db", ServiceKind.HEADLESS, TestView.TRAITS, FORTY_TWO)
                .export("shop/db")
                .slice("shop/db", List.of(new SlicePort("tcp", Transport.TCP, 1042)), own);

        var slices = slices(
                view,
                exports(exportOf("osaka")
                        .younger(2)
                        .ports(FORTY_TWO)
                        .headless(
                                new Hostname("db-0", ips("10.244.0.9", "fd00:244::9")),
                                new Hostname("10-244-0-10", ips("10.244.0.10")))));

        assertThat(slices).noneMatch(PlannedSlice::routed);
        assertThat(slices)
                .extracting(slice -> slice.source().value(), PlannedSlice::ports, PlannedSlice::endpoints)
                .containsExactly(
                        tuple(
                                "tokyo",
                                List.of(new SlicePort("tcp", Transport.TCP, 1042)),
                                List.of(new PlannedEndpoint(
                                        ip("10.244.0.5"), Readiness.READY, own.hostname(), own.pod()))),
                        tuple(
                                "osaka",
                                List.of(new SlicePort("tcp", Transport.TCP, 42)),
                                List.of(
                                        new PlannedEndpoint(
                                                ip("10.244.0.9"),
                                                Readiness.READY,
                                                Optional.of("db-0"),
                                                Optional.empty()),
                                        new PlannedEndpoint(
                                                ip("10.244.0.10"),
                                                Readiness.READY,
                                                Optional.empty(),
                                                Optional.empty()))));
    }

    @Test
    void a_headless_service_without_ports_is_listed_all_the_same() {
        var slices =
                slices(tokyo(), exports(exportOf("osaka").ports().headless(new Hostname("db-0", ips("10.244.0.9")))));

        assertThat(slices).singleElement().satisfies(slice -> {
            assertThat(slice.ports()).isEmpty();
            assertThat(slice.endpoints()).hasSize(1);
        });
    }
}
