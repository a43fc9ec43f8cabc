package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.containerPort;
import static dev.sekisho.controlplane.clusterset.TestView.noPod;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.udp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.feed.v1.ExportRoute;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.feed.v1.Listener;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.codec.PolicyCodec;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.policy.published.PublishedIngressCodec;
import dev.sekisho.policy.v1.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteResourcesTest {
    private static SortedMap<String, Resource> routes(TestView view, PeerExports... peers) {
        return TestPlan.of("tokyo", view, Optional.empty(), peers).routes();
    }

    private static Resource resource(SortedMap<String, Resource> routes, String key) {
        return Objects.requireNonNull(routes.get(key), key);
    }

    private static ImportRoute db(SortedMap<String, Resource> routes) {
        return resource(routes, "import/shop/db").getImportRoute();
    }

    @Test
    void every_resource_carries_its_key_and_the_cluster_is_named() {
        var routes = routes(view().peer("osaka").pod("shop/web-0", Map.of(), "10.0.0.9"));

        assertThat(routes.keySet()).containsExactly("cluster", "namespace/shop", "peer/osaka", "pod/shop/web-0");
        routes.forEach((key, resource) -> assertThat(resource.getKey()).isEqualTo(key));
        assertThat(resource(routes, "cluster").getCluster().getCluster()).isEqualTo("tokyo");
        assertThat(resource(routes, "cluster").getCluster().getClusterSet()).isEqualTo("demo");
    }

    @Test
    void invariant_3_a_source_is_asked_only_for_the_ports_it_exposes() {
        var routes = routes(
                view().peer("osaka").service("shop/db", tcp("tcp", 42)).export("shop/db"),
                TestExport.all(
                        "osaka",
                        exportOf("osaka").younger(1).ports(tcp("tcp2", 4242)).build()));

        assertThat(db(routes).getSourcesList())
                .extracting(
                        ImportRoute.Source::getCluster,
                        source -> source.getPortsList().stream()
                                .map(ImportRoute.ExposedPort::getPort)
                                .toList())
                .containsExactly(tuple("tokyo", List.of(42)), tuple("osaka", List.of(4242)));
    }

    @Test
    void the_affinity_of_the_oldest_export_holds_in_every_cluster() {
        var routes = routes(
                view().peer("osaka").service("shop/db", tcp("redis", 6379)).export("shop/db"),
                TestExport.all(
                        "osaka",
                        exportOf("osaka")
                                .younger(-1)
                                .sessionAffinity("ClientIP", 60)
                                .build()));

        assertThat(db(routes).getClientIpAffinity()).isTrue();
        assertThat(resource(routes, "export/shop/db").getExportRoute().getClientIpAffinity())
                .isTrue();
    }

    @Test
    void gateways_listen_on_each_address_of_the_import_for_each_of_its_tcp_and_udp_ports() {
        var routes = routes(
                view().peer("osaka").written("shop/db", "127.66.1.9"),
                TestExport.all(
                        "osaka",
                        exportOf("osaka")
                                .ports(
                                        tcp("a", 80),
                                        tcp("b", 53),
                                        udp("c", 53),
                                        new ServicePort("d", Transport.SCTP, 9, Optional.empty()))
                                .build()));

        assertThat(db(routes).getListenersList())
                .extracting(
                        Listener::getAddress, Listener::getListenPort, Listener::getServicePort, Listener::getProtocol)
                .containsExactly(
                        tuple("127.66.1.9", 80, 80, Protocol.PROTOCOL_TCP),
                        tuple("127.66.1.9", 53, 53, Protocol.PROTOCOL_TCP),
                        tuple("127.66.1.9", 53, 53, Protocol.PROTOCOL_UDP));
        assertThat(db(routes).getPortsList()).hasSize(4);
    }

    @Test
    void gateway_pods_listen_on_the_ports_that_are_written() {
        var usual = TestPlan.rules("tokyo");
        var addressing =
                new ImportAddressing.ClusterService(new PortRange(20_000, 29_999), ImportAddressing.LocalTraffic.FIRST);
        var port = tcp("tcp", 42);
        var plan = ClusterSetPlan.of(
                new ClusterSetPlan.Rules(usual.cluster(), usual.clusterSet(), addressing),
                view().service("shop/db", port, tcp("new", 43))
                        .export("shop/db")
                        .imported("shop/db", Map.of(port.key(), 20_001), "10.96.0.7")
                        .build(),
                Map.of(),
                Optional.empty());

        assertThat(db(plan.routes()).getListenersList())
                .extracting(Listener::getAddress, Listener::getListenPort, Listener::getServicePort)
                .containsExactly(tuple("0.0.0.0", 20_001, 42));
    }

    @Test
    void an_export_lists_its_backends_with_their_own_ports() {
        var route = resource(
                        routes(view().service("shop/db", tcp("redis", 6379), tcp("metrics", 9121))
                                .export("shop/db")
                                .pod("shop/db-0", Map.of(), "10.0.0.1", containerPort("redis", 16379))
                                .slice(
                                        "shop/db",
                                        List.of(new SlicePort("redis", Transport.TCP, 16379)),
                                        ready("10.0.0.1", "shop/db-0"))),
                        "export/shop/db")
                .getExportRoute();

        assertThat(route.getPortsList()).hasSize(2);
        var backend = route.getBackends(0);
        assertThat(backend.getPod()).isEqualTo("shop/db-0");
        assertThat(backend.getReady()).isTrue();
        assertThat(backend.getPortsList())
                .singleElement()
                .satisfies(port -> assertThat(port.getServicePort()).isEqualTo(6379))
                .satisfies(port -> assertThat(port.getTargetPort()).isEqualTo(16379));
    }

    @Test
    void a_pod_on_its_nodes_address_is_neither_caller_nor_policy_subject() {
        var routes = routes(view().service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .pod(new Pod(
                        PodName.parse("shop/db-0"), Map.of(), "default", TestView.ips("192.0.2.1"), List.of(), true))
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 6379)),
                        ready("192.0.2.1", "shop/db-0")));

        assertThat(routes).doesNotContainKey("pod/shop/db-0");
        assertThat(resource(routes, "export/shop/db")
                        .getExportRoute()
                        .getBackends(0)
                        .getPod())
                .isEmpty();
    }

    @Test
    void a_backend_whose_pod_has_not_been_seen_is_left_out_until_it_has() {
        var seen = view().service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .pod("shop/db-0", Map.of(), "10.0.0.1")
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 6379)),
                        ready("10.0.0.1", "shop/db-0"),
                        ready("10.0.0.2", "shop/db-1"));
        var before = resource(routes(seen), "export/shop/db").getExportRoute();

        var after = resource(routes(seen.pod("shop/db-1", Map.of(), "10.0.0.2")), "export/shop/db")
                .getExportRoute();

        assertThat(before.getBackendsList())
                .extracting(ExportRoute.Backend::getPod)
                .containsExactly("shop/db-0");
        assertThat(after.getBackendsList())
                .extracting(ExportRoute.Backend::getPod)
                .containsExactly("shop/db-0", "shop/db-1");
    }

    @Test
    void invariant_3_whose_policies_hold_follows_from_the_address_whatever_a_slice_says() {
        var seen = view().service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .pod("shop/db-0", Map.of(), "10.0.0.1")
                .pod("vault/secret", Map.of(), "10.0.0.2")
                .pod("shop/twin-0", Map.of(), "10.0.0.3")
                .pod("shop/twin-1", Map.of(), "10.0.0.3")
                .namespace("vault", Map.of())
                .pod("unseen/namespace", Map.of(), "10.0.0.4")
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 16379)),
                        ready("10.0.0.2", "shop/db-0"),
                        ready("10.0.0.3", "shop/twin-0"),
                        ready("10.0.0.4", "shop/db-0"),
                        ready("10.0.0.5", "shop/db-0"),
                        noPod("10.0.0.1"),
                        noPod("192.0.2.7"));

        assertThat(resource(routes(seen), "export/shop/db").getExportRoute().getBackendsList())
                .extracting(ExportRoute.Backend::getAddress, ExportRoute.Backend::getPod)
                .containsExactly(
                        tuple("10.0.0.1", "shop/db-0"), tuple("10.0.0.2", "vault/secret"), tuple("192.0.2.7", ""));
    }

    @Test
    void an_address_that_becomes_a_pods_or_a_second_ones_changes_the_backend() {
        var seen = view().service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .slice("shop/db", List.of(new SlicePort("redis", Transport.TCP, 16379)), noPod("10.0.0.1"));
        var before = plan(seen, Optional.empty());
        var podSeen = plan(seen.pod("shop/db-0", Map.of(), "10.0.0.1"), Optional.of(before));
        var contested = plan(seen.pod("shop/db-1", Map.of(), "10.0.0.1"), Optional.of(podSeen));

        assertThat(pods(before)).containsExactly("");
        assertThat(pods(podSeen)).containsExactly("shop/db-0");
        assertThat(pods(contested)).isEmpty();
    }

    private static ClusterSetPlan plan(TestView seen, Optional<ClusterSetPlan> before) {
        return ClusterSetPlan.of(TestPlan.rules("tokyo"), seen.build(), Map.of(), before);
    }

    private static List<String> pods(ClusterSetPlan plan) {
        return resource(plan.routes(), "export/shop/db").getExportRoute().getBackendsList().stream()
                .map(ExportRoute.Backend::getPod)
                .toList();
    }

    @Test
    void a_pod_whose_namespace_has_not_been_seen_is_left_out_until_it_has() {
        var seen = view().pod("new/web-0", Map.of(), "10.0.0.1");
        assertThat(routes(seen)).doesNotContainKey("pod/new/web-0");

        assertThat(routes(seen.namespace("new", Map.of()))).containsKey("pod/new/web-0");
    }

    @Test
    void a_pod_without_an_address_is_left_out() {
        var routes = routes(
                view().pod(new Pod(PodName.parse("shop/new"), Map.of(), "default", List.of(), List.of(), false)));

        assertThat(routes).doesNotContainKey("pod/shop/new");
    }

    @Test
    void policies_arrive_as_they_were_compiled() {
        var policy = new NamespacedPolicy(
                new PolicyName("shop", "deny-all"),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(),
                List.of());

        var routes = routes(view().policy(policy));

        assertThat(PolicyCodec.fromWire(resource(routes, "policy/shop/deny-all").getPolicy()))
                .isEqualTo(policy);
    }

    @Test
    void what_another_cluster_has_published_goes_to_gateways_and_ones_own_does_not() {
        var told = new PublishedIngress(
                new PolicyScope(
                        new ClusterName("osaka"), Map.of(), PolicyMode.ENFORCE, Map.of("shop", PolicyMode.ENFORCE)),
                "shop",
                Map.of("kubernetes.io/metadata.name", "shop"),
                List.of(closed("first")),
                List.of(new PublishedIngress.Subject(Map.of(), List.of())));
        var cluster = view().peer("osaka")
                .policy(closed("first"))
                .pod("shop/db-0", Map.of(), "10.0.0.2")
                .service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .slice("shop/db", List.of(new SlicePort("redis", Transport.TCP, 6379)), ready("10.0.0.2", "shop/db-0"));

        var route = db(routes(
                cluster, TestExport.all("osaka", exportOf("osaka").ingress(told).build())));

        assertThat(route.getSourcesList())
                .hasSize(2)
                .allSatisfy(source -> assertThat(source.hasIngress())
                        .isEqualTo(source.getCluster().equals("osaka")));
        assertThat(route.getSourcesList().stream()
                        .filter(source -> source.hasIngress())
                        .map(source -> PublishedIngressCodec.fromWire(
                                source.getIngress(), new ClusterName("osaka"), "shop", source.getNamespaceLabelsMap())))
                .containsExactly(Optional.of(told));
    }

    @Test
    void headless_hostnames_name_their_cluster_and_nothing_listens() {
        var route = db(routes(
                view().peer("osaka"),
                TestExport.all(
                        "osaka",
                        exportOf("osaka")
                                .headless(new Export.Hostname("db-0", TestView.ips("10.9.0.1")))
                                .build())));

        assertThat(route.getListenersList()).isEmpty();
        assertThat(route.getHostnamesList())
                .singleElement()
                .satisfies(hostname -> assertThat(hostname.getHostname()).isEqualTo("db-0"))
                .satisfies(hostname -> assertThat(hostname.getCluster()).isEqualTo("osaka"));
    }

    @Test
    void the_same_knowledge_gives_equal_bytes() {
        var first = routes(view().peer("osaka").pod("shop/a", Map.of("x", "1", "y", "2", "z", "3"), "10.0.0.1"));
        var second = routes(view().peer("osaka").pod("shop/a", Map.of("z", "3", "y", "2", "x", "1"), "10.0.0.1"));

        assertThat(second).isEqualTo(first);
        assertThat(resource(second, "pod/shop/a").toByteString())
                .isEqualTo(resource(first, "pod/shop/a").toByteString());
    }

    /// Of a view that comes from a watch: an object that has not changed is the same one in the next view.
    @Test
    void what_has_not_changed_is_the_same_resource_as_before() {
        var web = new Pod(
                new PodName("shop", "web"), Map.of("v", "1"), "default", TestView.ips("10.0.0.1"), List.of(), false);
        var cluster = view().pod(web)
                .pod("shop/db-0", Map.of("v", "1"), "10.0.0.2")
                .policy(closed("first"))
                .service("shop/db", tcp("redis", 6379))
                .export("shop/db");
        var before = TestPlan.of("tokyo", cluster, Optional.empty());
        var relabelled = cluster.pod("shop/db-0", Map.of("v", "2"), "10.0.0.2").policy(closed("second"));

        var plan = TestPlan.of("tokyo", relabelled, Optional.of(before));

        assertThat(plan.imports())
                .allSatisfy((name, imported) ->
                        assertThat(imported).isSameAs(before.imports().get(name)));
        var after = plan.routes();
        assertThat(after.keySet()).containsAll(before.routes().keySet()).contains("policy/shop/second");
        for (var key : before.routes().keySet()) {
            if (key.equals("pod/shop/db-0")) {
                assertThat(resource(after, key).getPod().getLabelsMap()).containsEntry("v", "2");
            } else {
                assertThat(resource(after, key)).isSameAs(resource(before.routes(), key));
            }
        }
    }

    @Test
    void one_change_after_the_other_leads_where_all_at_once_would() {
        var random = new Random(42);
        var rules = TestPlan.forwarding("tokyo", ImportAddressing.LocalTraffic.FIRST);
        Optional<ClusterSetPlan> before = Optional.empty();
        var views = new ArrayList<>(List.of(randomView(random, view().build())));
        for (var round = 0; round < 300; round++) {
            views.add(randomView(random, views.getLast()));
            var view = views.getLast();

            var plan = ClusterSetPlan.of(rules, view, Map.of(), before);
            // Of what was before only the imports' addresses and ports count.
            var anew = before.map(RouteResourcesTest::withoutMemory);

            assertThat(plan).isEqualTo(ClusterSetPlan.of(rules, view, Map.of(), anew));
            before = Optional.of(plan);
        }
    }

    private static ClusterSetPlan withoutMemory(ClusterSetPlan plan) {
        var nothing = new ClusterView(
                Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of(), Map.of(), Map.of(), List.of());
        return new ClusterSetPlan(
                nothing,
                LocalExports.of(TestPlan.rules("tokyo").policyScope(nothing), nothing, Optional.empty()),
                plan.imports(),
                plan.held(),
                plan.exportConditions(),
                plan.importConditions(),
                List.of(),
                new TreeMap<>(),
                plan.conflicts(),
                plan.outOfRoom());
    }

    /// The view before with a few objects that come, go, or change; all others are the same ones.
    private static ClusterView randomView(Random random, ClusterView before) {
        var namespaces = new HashMap<>(before.namespaces());
        var services = new HashMap<>(before.services());
        var slices = new HashMap<>(before.endpointSlices());
        var exports = new HashMap<>(before.exports());
        var imports = new HashMap<>(before.imports());
        var pods = new HashMap<>(before.pods());
        var policies = new ArrayList<>(before.policies());
        for (var change = 0; change < 3; change++) {
            var name = "n" + random.nextInt(3);
            var service = new ServiceName(name, "s" + random.nextInt(3));
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (namespaces.remove(name) == null) {
                        namespaces.put(name, Map.of("v", "" + random.nextInt(3)));
                    }
                }
                case 1 -> {
                    var pod = new PodName(name, "p" + random.nextInt(5));
                    pods.put(
                            pod,
                            new Pod(
                                    pod,
                                    Map.of("v", "" + random.nextInt(3)),
                                    "default",
                                    random.nextBoolean() ? TestView.ips("10.0.0.1") : List.of(),
                                    List.of(),
                                    random.nextInt(4) == 0));
                }
                case 2 ->
                    services.put(
                            service,
                            new ClusterView.Service(
                                    service,
                                    ClusterView.ServiceKind.CLUSTER_IP,
                                    List.of(tcp("a", 80 + random.nextInt(2))),
                                    Map.of(),
                                    Map.of(),
                                    TestView.TRAITS));
                case 3 ->
                    slices.put(
                            service,
                            List.of(new ClusterView.EndpointSlice(
                                    service,
                                    List.of(new SlicePort("a", Transport.TCP, 8080)),
                                    List.of(
                                            random.nextBoolean()
                                                    ? ready("10.0.0.1", name + "/p" + random.nextInt(5))
                                                    : TestView.notReady("10.0.0.1", "n0/p0")))));
                case 4 -> {
                    if (exports.remove(service) == null) {
                        exports.put(
                                service, new ClusterView.ServiceExport(service, TestView.LONG_AGO, Map.of(), Map.of()));
                    }
                }
                case 5 ->
                    imports.put(
                            service,
                            new ClusterView.WrittenImport(
                                    service,
                                    TestView.ips("10.96.0.7"),
                                    Map.of(tcp("a", 80).key(), 20_000 + random.nextInt(3))));
                case 6 -> pods.keySet().removeIf(_ -> random.nextInt(5) == 0);
                default -> {
                    policies.removeIf(_ -> random.nextBoolean());
                    policies.add(closed(name, "policy" + change + random.nextInt()));
                }
            }
        }
        return new ClusterView(
                random.nextBoolean() ? namespaces : before.namespaces(),
                random.nextBoolean() ? Map.of("n1", PolicyMode.AUDIT) : before.policyModes(),
                random.nextBoolean() ? pods : before.pods(),
                services,
                slices,
                exports,
                policies,
                before.peers(),
                imports,
                before.gateways());
    }

    private static NamespacedPolicy closed(String name) {
        return closed("shop", name);
    }

    private static NamespacedPolicy closed(String namespace, String name) {
        return new NamespacedPolicy(
                new PolicyName(namespace, name),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(),
                List.of());
    }
}
