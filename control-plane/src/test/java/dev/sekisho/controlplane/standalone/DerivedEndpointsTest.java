package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.EndpointSlice;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DerivedEndpointsTest {
    private static final ServiceName DB = new ServiceName("shop", "db");
    private static final SlicePort REDIS_6379 = new SlicePort("redis", Transport.TCP, 6379);
    private static final String SERVICE = """
        apiVersion: v1
        kind: Service
        metadata: {name: db, namespace: shop}
        spec:
          selector: {role: db}
          ports: [{name: redis, port: 16379, targetPort: data}]
        ---
        """;

    @Test
    void ready_pods_that_the_selector_matches_are_the_endpoints() {
        var slices = slices(SERVICE
                + pod("db-0", "{podIP: 10.0.0.1}")
                + pod("db-1", "{podIP: 10.0.0.2, conditions: [{type: Ready, status: 'False'}]}")
                + pod("db-2", "{phase: Pending}")
                + pod("db-3", "{phase: Failed, podIP: 10.0.0.3}")
                + pod("web", "{podIP: 10.0.0.4}").replace("role: db", "role: web")
                + pod("db-0", "{podIP: 10.0.0.5}").replace("namespace: shop", "namespace: bank"));

        assertThat(slices)
                .containsExactly(new EndpointSlice(
                        DB,
                        List.of(REDIS_6379),
                        List.of(endpoint("db-0", "10.0.0.1", true), endpoint("db-1", "10.0.0.2", false))));
    }

    @Test
    void a_named_target_port_is_looked_up_on_each_pod() {
        var slices = slices(SERVICE
                + pod("db-0", "{podIP: 10.0.0.1}")
                + pod("db-1", "{podIP: 10.0.0.2}").replace("6379", "7000")
                + pod("db-2", "{podIP: 10.0.0.3}").replace("name: data", "name: other"));

        assertThat(slices)
                .containsExactlyInAnyOrder(
                        new EndpointSlice(DB, List.of(REDIS_6379), List.of(endpoint("db-0", "10.0.0.1", true))),
                        new EndpointSlice(
                                DB,
                                List.of(new SlicePort("redis", Transport.TCP, 7000)),
                                List.of(endpoint("db-1", "10.0.0.2", true))),
                        new EndpointSlice(DB, List.of(), List.of(endpoint("db-2", "10.0.0.3", true))));
    }

    @Test
    void a_numbered_target_port_needs_no_container_port_and_defaults_to_the_service_port() {
        var slices = slices(SERVICE.replace(", targetPort: data", "") + pod("db-0", "{podIP: 10.0.0.1}"));

        assertThat(slices)
                .extracting(EndpointSlice::ports)
                .containsExactly(List.of(new SlicePort("redis", Transport.TCP, 16379)));
    }

    @Test
    void a_dual_stack_service_has_endpoints_of_both_families() {
        var slices = slices(
                SERVICE.replace("selector:", "ipFamilyPolicy: PreferDualStack\n  ipFamilies: [IPv6, IPv4]\n  selector:")
                        + pod("db-0", "{podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}"));

        assertThat(slices)
                .extracting(slice -> slice.endpoints().getFirst())
                .containsExactly(endpoint("db-0", "fd00::1", true), endpoint("db-0", "10.0.0.1", true));
    }

    @Test
    void pods_count_in_their_own_family_where_the_service_names_none_or_is_dual_stack() {
        for (var policy : List.of(
                "",
                "ipFamilyPolicy: PreferDualStack\n  ",
                "ipFamilyPolicy: PreferDualStack\n  ipFamilies: [IPv4]\n  ",
                "ipFamilyPolicy: RequireDualStack\n  clusterIP: 10.9.0.1\n  ",
                "clusterIP: None\n  ")) {
            var view = view(SERVICE.replace("selector:", policy + "selector:")
                    + pod("db-0", "{podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}")
                    + pod("db-1", "{podIP: 'fd00::2'}"));

            assertThat(view.endpointSlices().getOrDefault(DB, List.of()).stream()
                            .flatMap(slice -> slice.endpoints().stream()))
                    .as("policy '%s'", policy)
                    .containsExactly(endpoint("db-0", "10.0.0.1", true), endpoint("db-1", "fd00::2", true));
            assertThat(view.services().get(DB))
                    .isNotNull()
                    .satisfies(
                            service -> assertThat(service.traits().ipFamilies()).containsExactly("IPv4", "IPv6"));
        }
    }

    @Test
    void a_service_whose_pods_are_all_of_the_other_family_is_of_that_family() {
        var view = view(SERVICE + pod("db-0", "{podIP: 'fd00::1'}"));

        assertThat(view.services().get(DB))
                .isNotNull()
                .satisfies(service -> assertThat(service.traits().ipFamilies()).containsExactly("IPv6"));
    }

    @Test
    void a_service_that_names_its_family_has_no_endpoints_of_another() {
        var slices = slices(
                SERVICE.replace("selector:", "ipFamilies: [IPv4]\n  selector:") + pod("db-0", "{podIP: 'fd00::1'}"));

        assertThat(slices).isEmpty();
    }

    @Test
    void a_pod_has_its_own_name_below_the_service_it_names_as_subdomain() {
        var slices =
                slices(SERVICE.replace("selector:", "clusterIP: None\n  publishNotReadyAddresses: true\n  selector:")
                        + pod("db-0", "{podIP: 10.0.0.1, conditions: [{type: Ready, status: 'False'}]}")
                                .replace("containers:", "hostname: first\n  subdomain: db\n  containers:"));

        assertThat(slices.getFirst().endpoints())
                .containsExactly(new SliceEndpoint(
                        List.of(InetAddresses.forString("10.0.0.1")),
                        Readiness.READY,
                        Optional.of("first"),
                        Optional.of(new PodName("shop", "db-0"))));
    }

    @Test
    void a_ready_pod_that_is_being_deleted_is_the_last_resort() {
        var deleted = pod("db-0", "{podIP: 10.0.0.1}")
                .replace("namespace: shop,", "namespace: shop, deletionTimestamp: '2026-11-28T15:00:00Z',");

        assertThat(slices(SERVICE + deleted).getFirst().endpoints())
                .extracting(SliceEndpoint::readiness)
                .containsExactly(Readiness.TERMINATING);
    }

    @Test
    void endpoint_slices_of_the_users_own_are_not_added_to() {
        var slices = slices(SERVICE + pod("db-0", "{podIP: 10.0.0.1}") + """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: db-x, namespace: shop, labels: {kubernetes.io/service-name: db}}
            addressType: IPv4
            ports: [{name: redis, port: 6400}]
            endpoints:
            - addresses: [127.0.0.9]
              conditions: {ready: false}
              hostname: nine
              targetRef: {kind: Pod, name: db-9}
            """);

        assertThat(slices)
                .containsExactly(new EndpointSlice(
                        DB,
                        List.of(new SlicePort("redis", Transport.TCP, 6400)),
                        List.of(new SliceEndpoint(
                                List.of(InetAddresses.forString("127.0.0.9")),
                                Readiness.NOT_READY,
                                Optional.of("nine"),
                                Optional.of(new PodName("shop", "db-9"))))));
    }

    private static List<EndpointSlice> slices(String yaml) {
        return view(yaml).endpointSlices().getOrDefault(DB, List.of());
    }

    private static ClusterView view(String yaml) {
        var definitions = new ObjectReader(new ClusterName("tokyo"), List.of("IPv4"))
                .read("all.yaml", yaml, problem -> {
                    throw new AssertionError(problem.toString());
                });
        return FolderView.of(
                definitions.stream().map(FileVersions.Defined::definition).toList(), _ -> Instant.EPOCH, Map.of());
    }

    private static String pod(String name, String status) {
        return """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: shop, labels: {role: db}}
            spec:
              containers: [{name: main, ports: [{name: data, containerPort: 6379}]}]
            status: %s
            """.formatted(name, status);
    }

    private static SliceEndpoint endpoint(String pod, String address, boolean ready) {
        return new SliceEndpoint(
                List.of(InetAddresses.forString(address)),
                Readiness.of(ready, false),
                Optional.empty(),
                Optional.of(new PodName("shop", pod)));
    }
}
