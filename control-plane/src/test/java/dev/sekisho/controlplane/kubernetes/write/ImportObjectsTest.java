package dev.sekisho.controlplane.kubernetes.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.PlannedSlice;
import dev.sekisho.controlplane.clusterset.PlannedSlice.PlannedEndpoint;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.kubernetes.DerivedName;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImportObjectsTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServicePort UNNAMED = new ServicePort("", Transport.TCP, 6379, Optional.empty());
    private static final ServicePort ADMIN = new ServicePort("admin", Transport.TCP, 80, Optional.of("http"));
    private static final ServicePort SCTP = new ServicePort("sctp", Transport.SCTP, 142, Optional.empty());
    private static final OwnerReference OWNER = new OwnerReferenceBuilder()
            .withApiVersion("rbac.authorization.k8s.io/v1")
            .withKind("ClusterRole")
            .withName("sekisho-control-plane")
            .withUid("1")
            .build();

    private final ImportObjects objects = new ImportObjects(List.of(OWNER));
    private final List<PlannedSlice> slices = new ArrayList<>();

    private Import imported(ServiceTraits traits, Map<PortKey, Integer> listenPorts, ServicePort... ports) {
        return new Import(
                DB,
                false,
                List.of(ports),
                traits,
                Map.of(),
                Map.of(ImportObjects.DERIVED_SERVICE, "theirs"),
                List.of(InetAddresses.forString("10.96.0.7")),
                listenPorts,
                slices,
                List.of());
    }

    private static ServiceTraits affinity(String affinity, Optional<Integer> seconds) {
        return new ServiceTraits(affinity, seconds, Optional.empty(), Optional.empty(), List.of("IPv4"));
    }

    private static Map<PortKey, Integer> listened(ServicePort... ports) {
        var listenPorts = new HashMap<PortKey, Integer>();
        Stream.of(ports).forEach(port -> listenPorts.put(port.key(), 20_000 + port.number()));
        return listenPorts;
    }

    private void slice(String source, boolean routed, ServicePort port, String... endpoints) {
        slices.add(new PlannedSlice(
                DB,
                new ClusterName(source),
                "IPv4",
                routed,
                List.of(new SlicePort(port.name(), port.transport(), 20_000 + port.number())),
                Stream.of(endpoints)
                        .map(address -> new PlannedEndpoint(
                                InetAddresses.forString(address), Readiness.READY, Optional.empty(), Optional.empty()))
                        .toList()));
    }

    private static List<String> names(List<EndpointSlice> written) {
        return written.stream().map(slice -> slice.getMetadata().getName()).toList();
    }

    @Test
    void an_endpoint_that_terminates_is_written_as_one_that_serves() {
        slices.add(new PlannedSlice(
                DB,
                new ClusterName("osaka"),
                "IPv4",
                true,
                List.of(new SlicePort("", Transport.TCP, 26379)),
                List.of(new PlannedEndpoint(
                        InetAddresses.forString("10.244.0.9"),
                        Readiness.TERMINATING,
                        Optional.empty(),
                        Optional.empty()))));
        var imported = imported(affinity("None", Optional.empty()), listened(UNNAMED), UNNAMED);

        var conditions =
                objects.slices(imported).getFirst().getEndpoints().getFirst().getConditions();

        assertThat(conditions.getReady()).isFalse();
        assertThat(conditions.getServing()).isTrue();
        assertThat(conditions.getTerminating()).isTrue();
    }

    @Test
    void a_single_port_without_a_name_stays_without() {
        slice("osaka", true, UNNAMED, "10.244.0.9");
        var imported = imported(affinity("None", Optional.empty()), listened(UNNAMED), UNNAMED);

        assertThat(objects.service(imported)
                        .orElseThrow()
                        .getSpec()
                        .getPorts()
                        .getFirst()
                        .getName())
                .isEmpty();
        assertThat(objects.slices(imported).getFirst().getPorts().getFirst().getName())
                .isEmpty();
        assertThat(objects.serviceImport(imported).getSpec().ports().getFirst().name())
                .isEmpty();
    }

    @Test
    void a_port_without_a_name_among_others_is_called_the_same_in_service_and_slices_and_nothing_in_the_import() {
        slice("osaka", true, UNNAMED, "10.244.0.9");
        var imported = imported(affinity("None", Optional.empty()), listened(UNNAMED, ADMIN), UNNAMED, ADMIN);

        assertThat(objects.service(imported).orElseThrow().getSpec().getPorts())
                .extracting(port -> port.getName())
                .containsExactly("tcp-6379", "admin");
        assertThat(objects.slices(imported).getFirst().getPorts().getFirst().getName())
                .isEqualTo("tcp-6379");
        assertThat(objects.serviceImport(imported).getSpec().ports())
                .extracting(port -> port.name().orElse(""))
                .containsExactly("", "admin");
    }

    @Test
    void only_ports_that_gateways_listen_for_are_in_the_service_and_all_in_the_import() {
        var imported = imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN, SCTP);

        assertThat(objects.service(imported).orElseThrow().getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getAppProtocol()).isEqualTo("http"));
        assertThat(objects.serviceImport(imported).getSpec().ports()).hasSize(2);
    }

    @Test
    void an_import_that_no_gateway_listens_for_has_no_service() {
        var imported = imported(affinity("None", Optional.empty()), Map.of(), SCTP);

        assertThat(objects.service(imported)).isEmpty();
        assertThat(objects.serviceImport(imported).getMetadata().getAnnotations())
                .containsEntry(ImportObjects.DERIVED_SERVICE, "theirs");
    }

    @Test
    void the_annotation_that_names_the_service_is_ours() {
        var imported = imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN);

        assertThat(objects.serviceImport(imported).getMetadata().getAnnotations())
                .containsEntry(ImportObjects.DERIVED_SERVICE, DerivedName.of(DB));
    }

    @Test
    void affinity_is_that_of_the_import_and_always_with_its_time_in_the_service() {
        var told = imported(affinity("ClientIP", Optional.of(10)), listened(ADMIN), ADMIN);
        var untold = imported(affinity("ClientIP", Optional.empty()), listened(ADMIN), ADMIN);
        var none = imported(affinity("None", Optional.of(10)), listened(ADMIN), ADMIN);

        assertThat(seconds(told)).isEqualTo(10);
        assertThat(seconds(untold)).isEqualTo(10_800);
        assertThat(objects.serviceImport(untold).getSpec().sessionAffinityConfig())
                .isEmpty();
        assertThat(objects.service(none).orElseThrow().getSpec().getSessionAffinityConfig())
                .isNull();
        assertThat(objects.serviceImport(none).getSpec().sessionAffinityConfig())
                .isEmpty();
    }

    private int seconds(Import imported) {
        return objects.service(imported)
                .orElseThrow()
                .getSpec()
                .getSessionAffinityConfig()
                .getClientIP()
                .getTimeoutSeconds();
    }

    @Test
    void a_slice_is_named_after_its_cause_whatever_its_endpoints() {
        slice("osaka", true, ADMIN, "10.244.0.9");
        slice("osaka", false, ADMIN, "10.244.0.9");
        slice("kyoto", true, ADMIN, "10.244.0.9");
        slice("kyoto", true, ADMIN, "10.244.0.10");
        var before = names(objects.slices(imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN)));
        slices.clear();
        slice("kyoto", true, ADMIN, "10.244.0.11");
        slice("osaka", true, ADMIN, "10.244.0.12", "10.244.0.13");
        var after = names(objects.slices(imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN)));

        assertThat(before).doesNotHaveDuplicates().hasSize(4);
        assertThat(after).containsExactly(before.get(2), before.get(0));
    }

    /// CoreDNS makes a name of each address out of the label, and kube-proxy passes over what is marked as headless.
    @Test
    void a_slice_that_is_not_routed_names_a_service_that_does_not_exist() {
        slice("osaka", true, ADMIN, "10.244.0.9");
        slice("kyoto", false, ADMIN, "10.244.0.9");
        var labels = objects.slices(imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN)).stream()
                .map(slice -> slice.getMetadata().getLabels())
                .toList();

        assertThat(labels.getFirst())
                .containsEntry("kubernetes.io/service-name", DerivedName.of(DB))
                .doesNotContainKey("service.kubernetes.io/headless");
        assertThat(labels.getLast())
                .containsEntry("kubernetes.io/service-name", DerivedName.ofNoService(DB))
                .containsEntry("service.kubernetes.io/headless", "");
    }

    @Test
    void an_endpoint_of_this_cluster_says_on_which_node_it_runs() {
        slices.add(new PlannedSlice(
                DB,
                new ClusterName("tokyo"),
                "IPv4",
                true,
                List.of(new SlicePort(ADMIN.name(), ADMIN.transport(), 20_001)),
                List.of(new PlannedEndpoint(
                        InetAddresses.forString("10.244.0.9"),
                        Readiness.READY,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("node-1")))));

        var written = objects.slices(imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN));

        assertThat(written.getFirst().getEndpoints().getFirst().getNodeName()).isEqualTo("node-1");
    }

    @Test
    void everything_belongs_to_the_installation_and_names_its_import() {
        slice("osaka", true, ADMIN, "10.244.0.9");
        var imported = imported(affinity("None", Optional.empty()), listened(ADMIN), ADMIN);

        assertThat(Stream.of(
                        objects.service(imported).orElseThrow(),
                        objects.serviceImport(imported),
                        objects.slices(imported).getFirst()))
                .allSatisfy(object -> {
                    assertThat(object.getMetadata().getOwnerReferences()).containsExactly(OWNER);
                    assertThat(object.getMetadata().getLabels())
                            .containsEntry(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                            .containsEntry(OwnObjects.IMPORT, "db");
                });
    }
}
