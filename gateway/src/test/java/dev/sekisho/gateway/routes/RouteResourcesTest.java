package dev.sekisho.gateway.routes;

import static dev.sekisho.gateway.routes.Resources.address;
import static dev.sekisho.gateway.routes.Resources.cluster;
import static dev.sekisho.gateway.routes.Resources.denyAll;
import static dev.sekisho.gateway.routes.Resources.entry;
import static dev.sekisho.gateway.routes.Resources.exported;
import static dev.sekisho.gateway.routes.Resources.imported;
import static dev.sekisho.gateway.routes.Resources.namespace;
import static dev.sekisho.gateway.routes.Resources.osaka;
import static dev.sekisho.gateway.routes.Resources.peer;
import static dev.sekisho.gateway.routes.Resources.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.call.Candidate;
import dev.sekisho.policy.call.Occupant;
import dev.sekisho.policy.v1.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouteResourcesTest {
    private static final ServiceName DB = new ServiceName("shop", "db");
    private static final PortKey REDIS = new PortKey(Transport.TCP, 6379);

    @Test
    void a_snapshot_becomes_a_table() {
        var table = Resources.table(
                7,
                osaka(
                        pod("frontend", "10.0.0.1", "fd00::1"),
                        imported("db", "127.66.1.5"),
                        exported("web", "shop/frontend", "10.0.0.1"),
                        peer("tokyo", "192.0.2.1:7443", "PEM"),
                        denyAll("closed")));

        assertThat(table.version()).isEqualTo(7);
        assertThat(table.cluster()).isEqualTo(new ClusterName("osaka"));
        assertThat(table.imports().get(DB)).satisfies(db -> {
            assertThat(db.ips()).containsExactly(address("127.66.1.5"));
            assertThat(db.listeners()).containsExactly(new RouteTable.Listener(address("127.66.1.5"), 6379, REDIS));
            assertThat(db.sources().getFirst().ports())
                    .containsExactly(Map.entry(REDIS, List.of(new TargetPort(16379, List.of("admin", "redis")))));
        });
        assertThat(entry(table.peers(), new ClusterName("tokyo")).endpoint()).contains(new HostPort("192.0.2.1", 7443));
        assertThat(table.policies().policies()).hasSize(1);
        var frontend = entry(table.pods(), new PodName("shop", "frontend"));
        assertThat(frontend.namespaceLabels()).containsEntry("team", "shop");
        assertThat(entry(table.exports(), new ServiceName("shop", "web"))
                        .offer()
                        .candidates())
                .singleElement()
                .satisfies(backend -> {
                    assertThat(backend.pod()).contains(frontend);
                    assertThat(backend.ports()).containsEntry(REDIS, 16379);
                });
    }

    @Test
    void a_caller_is_known_at_each_of_its_addresses() {
        var table = Resources.table(1, osaka(pod("frontend", "10.0.0.1", "fd00::1")));

        assertThat(table.callers()).containsOnlyKeys(address("10.0.0.1"), address("fd00::1"));
        assertThat(entry(table.callers(), address("fd00::1")).address()).contains(address("fd00::1"));
    }

    @Test
    void an_update_changes_what_it_names_and_nothing_else() throws UnreadableRoutesException {
        var first =
                RouteResources.NONE.with(osaka(imported("db", "127.66.1.5"), pod("frontend", "10.0.0.1")), List.of());

        var second = first.with(List.of(imported("cache", "127.66.1.6")), List.of("pod/shop/frontend"));

        assertThat(second.join(2).table().imports()).containsOnlyKeys(DB, new ServiceName("shop", "cache"));
        assertThat(second.join(2).table().callers()).isEmpty();
        assertThat(first.join(1).table().imports()).containsOnlyKeys(DB);
    }

    @Test
    void a_resource_is_in_force_even_when_the_same_update_removes_its_key() throws UnreadableRoutesException {
        var first = RouteResources.NONE.with(osaka(imported("db", "127.66.1.5")), List.of());

        var second = first.with(List.of(imported("db", "127.66.1.9")), List.of("import/shop/db"));

        assertThat(entry(second.join(2).table().imports(), DB).ips()).containsExactly(address("127.66.1.9"));
    }

    @Test
    void policies_are_compiled_again_only_when_one_of_them_changes() throws UnreadableRoutesException {
        var first = RouteResources.NONE.with(osaka(denyAll("closed")), List.of());

        var podChanged = first.with(List.of(pod("frontend", "10.0.0.1")), List.of());
        var policyGone = podChanged.with(List.of(), List.of("policy/shop/closed"));

        assertThat(podChanged.join(2).table().policies())
                .isSameAs(first.join(1).table().policies());
        assertThat(policyGone.join(3).table().policies().policies()).isEmpty();
    }

    @Test
    void pods_are_the_same_objects_as_long_as_nothing_of_them_changes() throws UnreadableRoutesException {
        var first = RouteResources.NONE.with(
                osaka(pod("web", "10.0.0.1", "fd00::1"), pod("db", "10.0.0.2"), exported("db", "shop/db", "10.0.0.2")),
                List.of());
        var endpointChanged = first.with(List.of(exported("db", "", "10.0.0.7")), List.of());
        var podChanged = endpointChanged.with(List.of(pod("db", "10.0.0.3")), List.of());
        var namespaceChanged = podChanged.with(List.of(namespace("shop", Map.of("team", "other"))), List.of());

        var before = first.join(1).table();
        assertThat(endpointChanged.join(2).table().pods()).isSameAs(before.pods());
        assertThat(endpointChanged.join(2).table().callers()).isSameAs(before.callers());
        var after = podChanged.join(3).table();
        var web = new PodName("shop", "web");
        assertThat(entry(after.pods(), web)).isSameAs(entry(before.pods(), web));
        for (var address : List.of("10.0.0.1", "fd00::1")) {
            assertThat(entry(after.callers(), address(address))).isSameAs(entry(before.callers(), address(address)));
        }
        assertThat(after.callers()).containsOnlyKeys(address("10.0.0.1"), address("fd00::1"), address("10.0.0.3"));
        assertThat(namespaceChanged.join(4).table().pods().values())
                .allSatisfy(pod -> assertThat(pod.namespaceLabels()).containsEntry("team", "other"));
    }

    @Test
    void a_shared_address_is_nobodys() throws UnreadableRoutesException {
        var resources = RouteResources.NONE.with(
                osaka(pod("a", "10.0.0.1"), pod("b", "10.0.0.1"), pod("c", "10.0.0.2")), List.of());

        var joined = resources.join(1);

        assertThat(joined.table().callers()).containsOnlyKeys(address("10.0.0.2"));
        assertThat(joined.problems()).singleElement().asString().contains("10.0.0.1", "pod/shop/");
    }

    @Test
    void invariant_3_a_backend_is_the_pod_that_has_its_address_whatever_it_is_said_to_be() {
        var pods = List.of(pod("a", "10.0.0.1", "fd00::1"), pod("b", "10.0.0.2"), pod("c", "10.0.0.2"));

        assertThat(name(candidateAt("10.0.0.1", "", pods))).isEqualTo("a");
        assertThat(name(candidateAt("10.0.0.1", "shop/b", pods))).isEqualTo("a");
        assertThat(candidateAt("fd00::1", "shop/a", pods).pod())
                .flatMap(Endpoint.Pod::address)
                .contains(address("fd00::1"));
        assertThat(candidateAt("192.0.2.1", "", pods).occupant()).isInstanceOf(Occupant.NoPod.class);
        for (var unknown : List.of(
                candidateAt("192.0.2.1", "shop/a", pods),
                candidateAt("10.0.0.2", "", pods),
                candidateAt("10.0.0.2", "shop/b", pods))) {
            assertThat(unknown.occupant()).isInstanceOf(Occupant.Unknown.class);
        }
    }

    private static Candidate candidateAt(String address, String said, List<Resource> pods) {
        var all = new ArrayList<>(osaka(exported("db", said, address)));
        all.addAll(pods);
        return entry(Resources.table(1, all).exports(), DB).offer().candidates().getFirst();
    }

    private static String name(Candidate candidate) {
        return candidate.pod().orElseThrow().name().name();
    }

    @Test
    void what_was_read_can_be_stored_and_read_again() throws UnreadableRoutesException {
        var resources = RouteResources.NONE.with(
                osaka(imported("db", "127.66.1.5"), pod("frontend", "10.0.0.1"), denyAll("closed")), List.of());

        var again = RouteResources.NONE.with(resources.wire(), List.of());

        assertThat(again.join(3).table().imports())
                .isEqualTo(resources.join(3).table().imports());
        assertThat(again.cluster()).isEqualTo(Optional.of(new ClusterName("osaka")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void what_cannot_be_read_refuses_the_whole_update(String expected, List<Resource> resources) {
        assertThatThrownBy(() -> RouteResources.NONE.with(resources, List.of()).join(1))
                .isInstanceOf(UnreadableRoutesException.class)
                .hasMessageContaining(expected);
    }

    static Stream<Arguments> unreadable() {
        var policy = denyAll("closed");
        var wider = policy.toBuilder()
                .setPolicy(policy.getPolicy().toBuilder().setIsolatesIngress(false))
                .build();
        var unknownProtocol = Resource.newBuilder()
                .setKey("import/shop/db")
                .setImportRoute(Resources.clusterSetIp("db")
                        .addPorts(Resources.port("x", 1).toBuilder().setProtocolValue(77)))
                .build();
        var lyingPort = Resource.newBuilder()
                .setKey("import/shop/db")
                .setImportRoute(Resources.clusterSetIp("db")
                        .addPorts(Resources.port("x", 70000).toBuilder().setProtocol(Protocol.PROTOCOL_TCP)))
                .build();
        return Stream.of(
                refused("cluster: is missing", List.of(namespace("shop", Map.of()))),
                refused(
                        "import/shop/db: must be an IPv4 or IPv6 address, got 'nowhere'",
                        osaka(imported("db", "nowhere"))),
                refused("pod/shop/frontend: must be an IPv4", osaka(pod("frontend", "10.0.0.256"))),
                refused("import/shop/db: protocol must be TCP, UDP or SCTP", osaka(unknownProtocol)),
                refused("service port must be 1 to 65535, got 70000", osaka(lyingPort)),
                refused("policy/shop/closed: ", osaka(wider)),
                refused(
                        "kind this gateway does not know",
                        osaka(Resource.newBuilder().setKey("later/x").build())),
                refused(
                        "its content belongs to key 'pod/shop/a'",
                        osaka(pod("a", "10.0.0.1").toBuilder()
                                .setKey("pod/shop/b")
                                .build())),
                refused("pod/shop/a: its namespace/shop is missing", List.of(cluster("osaka"), pod("a", "10.0.0.1"))),
                refused("its backend pod/shop/gone is missing", osaka(exported("web", "shop/gone", "10.0.0.1"))),
                refused("peer/osaka: is this cluster itself", osaka(peer("osaka", "", ""))),
                refused("peer/tokyo: must be host:port", osaka(peer("tokyo", "a:b:c:1", ""))));
    }

    private static Arguments refused(String expected, List<Resource> resources) {
        return Arguments.of(expected, resources);
    }

    @Test
    void invariant_1_a_refused_update_leaves_the_resources_as_they_were() throws UnreadableRoutesException {
        var before = RouteResources.NONE.with(osaka(imported("db", "127.66.1.5")), List.of());

        assertThatThrownBy(() -> before.with(List.of(imported("db", "nowhere")), List.of("namespace/shop")))
                .isInstanceOf(UnreadableRoutesException.class);

        assertThat(before.join(1).table().imports()).containsOnlyKeys(DB);
    }
}
