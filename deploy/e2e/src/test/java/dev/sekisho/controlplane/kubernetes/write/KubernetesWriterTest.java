package dev.sekisho.controlplane.kubernetes.write;

import static dev.sekisho.controlplane.kubernetes.write.TestResults.ips;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.kinds.Conditions;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kubernetes.DerivedName;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.e2e.ApiServer;
import dev.sekisho.e2e.OnRealKubernetes;
import dev.sekisho.policy.Direction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is written for results, on a real API server, which also judges it.
@OnRealKubernetes
class KubernetesWriterTest {
    @RegisterExtension
    static final ApiServer API = ApiServer.withDefinitions();

    private static final Condition VALID = new Condition("Valid", "True", "Valid", "The Service can be exported.");
    private static final Condition NO_SERVICE = new Condition("Valid", "False", "NoService", "There is no Service.");
    private static ClusterRole owner;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T12:00:00.123Z"));
    private final KubernetesClient client = API.client();
    private final String namespace = API.newNamespace();
    private KubernetesWriter writer;

    @BeforeAll
    static void createOwner() {
        owner = API.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("sekisho-control-plane")
                        .endMetadata()
                        .build())
                .create();
    }

    @BeforeEach
    void newRun() {
        writer = newWriter();
    }

    private KubernetesWriter newWriter() {
        return new KubernetesWriter(
                client, new Installation("sekisho-system", "sekisho"), new ListedObjects(client), "leader-0", now::get);
    }

    private TestResults results() {
        return new TestResults(namespace);
    }

    private void write(TestResults results) {
        writer.write(results.build(), results.view()).await();
    }

    /// The addresses that the cluster gave to the import's derived Service.
    private List<InetAddress> given(String name) {
        return client
                .services()
                .inNamespace(namespace)
                .withName(DerivedName.of(results().name(name)))
                .require()
                .getSpec()
                .getClusterIPs()
                .stream()
                .map(TestResults::ip)
                .toList();
    }

    private ServiceImport serviceImport(String name) {
        return client.resources(ServiceImport.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    private Optional<ServiceImport> findImport(String name) {
        return Optional.ofNullable(client.resources(ServiceImport.class)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    private List<EndpointSlice> slices() {
        return client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    private List<String> events(HasMetadata regarding) {
        return API.toldBySekisho().stream()
                .filter(event -> regarding
                        .getMetadata()
                        .getUid()
                        .equals(event.getRegarding().getUid()))
                .map(event -> event.getType() + " " + event.getReason() + ": " + event.getNote())
                .toList();
    }

    private Map<String, String> versions() {
        var versions = new TreeMap<String, String>();
        var kept = Stream.of(
                        Service.class,
                        ServiceImport.class,
                        EndpointSlice.class,
                        NetworkPolicy.class,
                        ServiceExport.class)
                .flatMap(kind -> client.resources(kind).inNamespace(namespace).list().getItems().stream());
        var told = API.toldBySekisho().stream()
                .filter(event -> event.getMetadata().getNamespace().equals(namespace));
        Stream.concat(kept, told)
                .forEach(object -> versions.put(
                        ObjectKey.of(object).toString(), object.getMetadata().getResourceVersion()));
        return versions;
    }

    private void writeBoth(String name) {
        write(results().clusterSetIp(name, List.of()));
        write(results().clusterSetIp(name, given(name)));
    }

    @Test
    void an_import_gets_its_service_first_and_is_told_of_once_that_has_addresses() {
        write(results().clusterSetIp("db", List.of()));

        assertThat(findImport("db")).isEmpty();
        var service = client.services()
                .inNamespace(namespace)
                .withName(DerivedName.of(results().name("db")))
                .require();
        assertThat(service.getSpec().getSelector()).isNullOrEmpty();
        assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
        assertThat(service.getSpec().getSessionAffinity()).isEqualTo("ClientIP");
        assertThat(service.getSpec().getSessionAffinityConfig().getClientIP().getTimeoutSeconds())
                .isEqualTo(10);
        assertThat(service.getSpec().getIpFamilies()).containsExactlyInAnyOrder("IPv4", "IPv6");
        assertThat(service.getSpec().getPorts())
                .extracting(port -> port.getName() + " " + port.getProtocol() + " " + port.getPort() + " "
                        + port.getTargetPort().getIntVal())
                .containsExactly("redis TCP 6379 20001", "dns UDP 53 20002");
        assertThat(service.getMetadata().getLabels())
                .containsEntry(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                .containsEntry(OwnObjects.IMPORT, "db");
    }

    @Test
    void an_import_is_told_of_exactly_as_merged() {
        write(results().clusterSetIp("db", List.of()));
        var ips = given("db");
        write(results().clusterSetIp("db", ips));

        var written = serviceImport("db");
        assertThat(ips).hasSize(2);
        assertThat(written.getSpec().type()).isEqualTo("ClusterSetIP");
        assertThat(written.getSpec().ips().stream().map(TestResults::ip)).containsExactlyElementsOf(ips);
        assertThat(written.getSpec().ipFamilies()).hasSize(2);
        assertThat(written.getSpec().ports())
                .containsExactlyInAnyOrder(
                        new ServiceImport.Port(Optional.of("redis"), Optional.of("TCP"), 6379, Optional.empty()),
                        new ServiceImport.Port(Optional.of("dns"), Optional.of("UDP"), 53, Optional.empty()));
        assertThat(written.getSpec().sessionAffinity()).contains("ClientIP");
        assertThat(written.getSpec()
                        .sessionAffinityConfig()
                        .orElseThrow()
                        .getClientIP()
                        .getTimeoutSeconds())
                .isEqualTo(10);
        assertThat(written.getSpec().internalTrafficPolicy()).contains("Cluster");
        assertThat(written.getSpec().trafficDistribution()).contains("PreferClose");
        assertThat(written.getMetadata().getAnnotations())
                .containsEntry("example.org/team", "a")
                .containsEntry(
                        ImportObjects.DERIVED_SERVICE, DerivedName.of(results().name("db")));
        assertThat(written.getStatus().clusters()).containsExactly(new ServiceImport.SourceCluster("osaka"));
        assertThat(written.getStatus().endpointSliceObjects()).contains("Present");
        assertThat(written.getStatus().conditions()).singleElement().satisfies(ready -> {
            assertThat(ready.getStatus()).isEqualTo("True");
            assertThat(ready.getLastTransitionTime()).isEqualTo("2026-11-28T12:00:00Z");
            assertThat(ready.getObservedGeneration())
                    .isEqualTo(written.getMetadata().getGeneration());
        });
        assertThat(slices()).hasSize(2).allSatisfy(slice -> {
            assertThat(slice.getMetadata().getLabels())
                    .containsEntry(ImportObjects.SERVICE_NAME, "db")
                    .containsEntry(ImportObjects.SOURCE_CLUSTER, "osaka")
                    .containsEntry("endpointslice.kubernetes.io/managed-by", "sekisho.dev")
                    .containsEntry(
                            "kubernetes.io/service-name",
                            DerivedName.of(results().name("db")));
            assertThat(slice.getPorts())
                    .extracting(port -> port.getName() + " " + port.getPort())
                    .containsExactlyInAnyOrder("redis 20001", "dns 20002");
            assertThat(slice.getEndpoints().getFirst().getTargetRef().getName()).isEqualTo("sekisho-gateway-0");
        });
    }

    @Test
    void an_import_of_one_family_has_that_one() {
        write(results().clusterSetIp("db", List.of()));
        var ipv4 =
                given("db").stream().filter(ip -> ip.getAddress().length == 4).toList();
        write(results().clusterSetIp("db", ipv4));

        assertThat(serviceImport("db").getSpec().ipFamilies()).containsExactly("IPv4");
        assertThat(serviceImport("db").getSpec().ips()).hasSize(1);
        assertThat(slices())
                .singleElement()
                .satisfies(slice -> assertThat(slice.getAddressType()).isEqualTo("IPv4"));
    }

    @Test
    void a_headless_import_has_no_service_and_its_endpoints_have_names() {
        write(results().headless("db"));

        assertThat(client.services().inNamespace(namespace).list().getItems()).isEmpty();
        assertThat(serviceImport("db").getSpec().type()).isEqualTo("Headless");
        assertThat(serviceImport("db").getSpec().ips()).isEmpty();
        assertThat(serviceImport("db").getSpec().ipFamilies()).containsExactly("IPv4");
        assertThat(slices()).singleElement().satisfies(slice -> {
            assertThat(slice.getEndpoints())
                    .extracting(endpoint -> endpoint.getHostname())
                    .containsExactly("db-0", "db-1");
            assertThat(slice.getMetadata().getLabels())
                    .containsEntry(
                            "kubernetes.io/service-name",
                            DerivedName.ofNoService(results().name("db")))
                    .containsKey("service.kubernetes.io/headless")
                    .containsEntry("endpointslice.kubernetes.io/managed-by", "sekisho.dev");
        });
    }

    @Test
    void what_a_peer_says_of_labels_does_not_replace_ours() {
        write(results().clusterSetIp("db", List.of()));
        var labels = Map.of(OwnObjects.MANAGED_BY, "theirs", OwnObjects.IMPORT, "other", "team", "a");
        write(results().with(results().clusterSetIp("db", given("db"), labels, "10.244.0.9")));

        assertThat(serviceImport("db").getMetadata().getLabels())
                .containsEntry(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                .containsEntry(OwnObjects.IMPORT, "db")
                .containsEntry("team", "a");
    }

    @Test
    void what_stands_already_is_not_written_again_not_even_by_the_next_leader() {
        createExport("web");
        write(results().clusterSetIp("db", List.of()));
        var results = results()
                .clusterSetIp("db", given("db"))
                .headless("cache")
                .exported("web", NO_SERVICE)
                .pass("sekisho-allow-ingress-db", Direction.INGRESS);
        write(results);
        var before = versions();
        now.set(now.get().plusSeconds(60));

        write(results);
        writer = newWriter();
        write(results);

        assertThat(versions()).isEqualTo(before).hasSizeGreaterThan(7);
    }

    @Test
    void what_somebody_changes_or_deletes_is_put_right() {
        writeBoth("db");
        var results = results().clusterSetIp("db", given("db"));
        client.resource(serviceImport("db")).delete();
        client.resource(slices().getFirst()).delete();
        client.services()
                .inNamespace(namespace)
                .withName(DerivedName.of(results().name("db")))
                .edit(service -> new ServiceBuilder(service)
                        .editSpec()
                        .editFirstPort()
                        .withNewTargetPort(1)
                        .endPort()
                        .endSpec()
                        .build());

        write(results);

        assertThat(serviceImport("db").getStatus().clusters()).hasSize(1);
        assertThat(slices()).hasSize(2);
        assertThat(client.services()
                        .inNamespace(namespace)
                        .withName(DerivedName.of(results().name("db")))
                        .require()
                        .getSpec()
                        .getPorts()
                        .getFirst()
                        .getTargetPort()
                        .getIntVal())
                .isEqualTo(20_001);
    }

    @Test
    void an_endpoint_that_changes_leaves_its_slice_the_same_object() {
        write(results().clusterSetIp("db", List.of()));
        var ips = given("db").subList(0, 1);
        write(results().with(results().clusterSetIp("db", ips, Map.of(), "10.244.0.9")));
        var before = slices();
        write(results().with(results().clusterSetIp("db", ips, Map.of(), "10.244.0.10")));

        assertThat(slices()).singleElement().satisfies(slice -> {
            assertThat(slice.getMetadata().getUid())
                    .isEqualTo(before.getFirst().getMetadata().getUid());
            assertThat(slice.getEndpoints().getFirst().getAddresses()).containsExactly("10.244.0.10");
        });
    }

    @Test
    void an_import_that_ends_is_removed_with_all_that_served_it() {
        writeBoth("db");
        write(results().pass("sekisho-allow-ingress-db", Direction.INGRESS).clusterSetIp("db", given("db")));

        write(results());

        assertThat(versions().keySet())
                .filteredOn(key -> !key.startsWith("Event"))
                .containsExactly(
                        "Service " + namespace + "/" + DerivedName.of(results().name("db")));
        pass(LeavingServices.STAY);

        assertThat(versions().keySet()).noneMatch(key -> !key.startsWith("Event"));
    }

    /// Writes that there is to be nothing as often as it takes, while that time goes by.
    private void pass(Duration time) {
        write(results());
        now.set(now.get().plus(time));
        write(results());
    }

    /// kube-proxy ends a UDP flow when the endpoints go while the Service is there, and not when both are gone.
    @Test
    void a_service_stays_without_endpoints_until_kube_proxy_has_seen_that() {
        writeBoth("db");

        write(results());

        assertThat(slices()).isEmpty();
        assertThat(findImport("db")).isEmpty();
        assertThat(given("db")).hasSize(2);
        assertThat(writer.againAfter()).contains(LeavingServices.STAY);
        pass(LeavingServices.STAY.minusMillis(1));
        assertThat(given("db")).hasSize(2);
        assertThat(writer.againAfter()).contains(LeavingServices.STAY);
        pass(Duration.ofMillis(1));
        assertThat(client.services().inNamespace(namespace).list().getItems()).isEmpty();
        assertThat(writer.againAfter()).isEmpty();
    }

    @Test
    void a_udp_port_stays_without_endpoints_until_kube_proxy_has_seen_that() {
        writeBoth("db");
        var ips = given("db");

        write(results().clusterSetIpByTcp("db", ips));

        assertThat(portsOfService("db")).containsExactly("redis TCP 6379", "leaving-udp-53 UDP 53");
        assertThat(slices())
                .flatExtracting(EndpointSlice::getPorts)
                .extracting(port -> port.getName())
                .containsOnly("redis");
        assertThat(writer.againAfter()).contains(LeavingServices.STAY);
        now.set(now.get().plus(LeavingServices.STAY));
        write(results().clusterSetIpByTcp("db", ips));
        assertThat(portsOfService("db")).containsExactly("redis TCP 6379");
        assertThat(writer.againAfter()).isEmpty();
    }

    private List<String> portsOfService(String name) {
        return client
                .services()
                .inNamespace(namespace)
                .withName(DerivedName.of(results().name(name)))
                .require()
                .getSpec()
                .getPorts()
                .stream()
                .map(port -> port.getName() + " " + port.getProtocol() + " " + port.getPort())
                .toList();
    }

    @Test
    void a_pass_that_is_refused_is_reported_on_the_export_or_the_policy_that_needs_it() {
        var export = createExport("db");
        var isolating = client.resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("isolated")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .endSpec()
                        .build())
                .create();
        var results = results()
                .exported("db", VALID, TestResults.READY)
                .pass("No_Name", Direction.INGRESS)
                .pass("No_Name_Either", Direction.EGRESS);

        for (var round = 0; round < 2; round++) {
            assertThatThrownBy(() -> write(results)).hasMessageContaining("No_Name");
        }

        assertThat(events(export)).singleElement().asString().contains("WriteRefused", "No_Name");
        assertThat(events(isolating)).singleElement().asString().contains("WriteRefused", "No_Name_Either");
        assertThat(seenExport("db").getStatus().conditions())
                .filteredOn(condition -> condition.getType().equals("Ready"))
                .singleElement()
                .satisfies(ready -> {
                    assertThat(ready.getStatus()).isEqualTo("Unknown");
                    assertThat(ready.getMessage()).contains("No_Name");
                });
        write(results().exported("db", VALID, TestResults.READY));
        assertThat(seenExport("db").getStatus().conditions())
                .extracting(condition -> condition.getStatus())
                .containsOnly("True");
    }

    @Test
    void a_service_that_is_wanted_again_before_it_is_gone_keeps_its_addresses() {
        writeBoth("db");
        var before = given("db");
        write(results());
        write(results());

        write(results().clusterSetIp("db", before));
        now.set(now.get().plus(LeavingServices.STAY));
        write(results().clusterSetIp("db", before));

        assertThat(given("db")).isEqualTo(before);
        assertThat(slices()).hasSize(2);
        assertThat(writer.againAfter()).isEmpty();
    }

    @Test
    void invariant_1_an_import_that_is_held_stays_as_it_is() {
        writeBoth("db");
        var before = versions();

        write(results().held("db"));
        writer = newWriter();
        write(results().held("db"));

        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void invariant_7_an_object_of_somebody_else_stays_as_it_is_and_is_told_of() {
        var name = DerivedName.of(results().name("db"));
        Service theirs = client.resource(new ServiceBuilder()
                        .withMetadata(new ObjectMetaBuilder()
                                .withNamespace(namespace)
                                .withName(name)
                                .build())
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();

        write(results().clusterSetIp("db", List.of()));
        write(results().clusterSetIp("db", List.of()));

        assertThat(client.resource(theirs).require()).isEqualTo(theirs);
        assertThat(serviceImport("db").getStatus().conditions()).singleElement().satisfies(ready -> {
            assertThat(ready.getStatus()).isEqualTo("False");
            assertThat(ready.getMessage()).contains("Service " + namespace + "/" + name + " is not Sekisho's");
        });
        assertThat(events(serviceImport("db"))).singleElement().asString().startsWith("Warning NameTaken: It cannot");
        assertThat(events(theirs)).hasSize(1);

        client.resource(theirs).delete();
        write(results().clusterSetIp("db", List.of()));

        assertThat(given("db")).hasSize(2);
        assertThat(serviceImport("db").getStatus().conditions().getFirst().getStatus())
                .isEqualTo("True");

        write(results());
        assertThat(findImport("db")).isEmpty();
    }

    @Test
    void invariant_7_a_service_import_of_somebody_else_is_neither_changed_nor_deleted() {
        var theirs = new ServiceImport();
        theirs.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName("db").build());
        theirs.setSpec(new ServiceImport.Spec(
                "Headless",
                List.of(),
                List.of(),
                List.of("IPv4"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
        var before = client.resource(theirs).create();

        write(results().headless("db"));
        write(results());

        assertThat(client.resource(theirs).require().getMetadata().getResourceVersion())
                .isEqualTo(before.getMetadata().getResourceVersion());
        assertThat(events(before)).singleElement().asString().startsWith("Warning NameTaken");
    }

    @Test
    void all_that_is_written_goes_with_the_cluster_role() {
        writeBoth("db");
        write(results().clusterSetIp("db", given("db")).pass("sekisho-allow-egress-db", Direction.EGRESS));

        assertThat(Stream.of(Service.class, ServiceImport.class, EndpointSlice.class, NetworkPolicy.class)
                        .flatMap(kind -> client.resources(kind).inNamespace(namespace).list().getItems().stream()))
                .hasSize(5)
                .allSatisfy(object -> assertThat(object.getMetadata().getOwnerReferences())
                        .extracting(OwnerReference::getUid)
                        .containsExactly(owner.getMetadata().getUid()));
    }

    @Test
    void an_export_is_told_what_became_of_it_and_a_problem_once_as_an_event() {
        var export = createExport("web");
        write(results().exported("web", NO_SERVICE));
        now.set(now.get().plusSeconds(60));
        write(results().exported("web", new Condition("Valid", "False", "NoService", "There is still none.")));
        var second = seenExport("web").getStatus().conditions().getFirst();
        now.set(now.get().plusSeconds(60));
        write(results()
                .exported(
                        "web", VALID, new Condition("Conflict", "True", "PortConflict,TypeConflict", "Ports differ.")));

        assertThat(second.getMessage()).isEqualTo("There is still none.");
        assertThat(second.getLastTransitionTime()).isEqualTo("2026-11-28T12:00:00Z");
        assertThat(second.getObservedGeneration()).isEqualTo(1);
        var third = Conditions.find(seenExport("web").getStatus().conditions(), "Valid")
                .orElseThrow();
        assertThat(third.getStatus()).isEqualTo("True");
        assertThat(third.getLastTransitionTime()).isEqualTo("2026-11-28T12:02:00Z");
        assertThat(events(export))
                .containsExactlyInAnyOrder(
                        "Warning NoService: There is no Service.", "Warning PortConflict,TypeConflict: Ports differ.");

        writer = newWriter();
        write(results().exported("web", VALID));
        assertThat(Conditions.find(seenExport("web").getStatus().conditions(), "Conflict"))
                .isEmpty();
    }

    @Test
    void an_export_that_peers_refuse_or_that_is_beyond_a_limit_is_told_once_as_an_event() {
        var export = createExport("refused");
        var refused =
                new Condition("Ready", "False", "RefusedByPeer", "Cluster osaka does not import it: too many ports.");
        write(results().exported("refused", VALID, refused));
        write(results().exported("refused", VALID, refused));
        write(results()
                .exported(
                        "refused",
                        VALID,
                        new Condition("Ready", "False", "BeyondLimit", "No linked cluster is told of it: too long.")));

        assertThat(events(export))
                .containsExactlyInAnyOrder(
                        "Warning RefusedByPeer: Cluster osaka does not import it: too many ports.",
                        "Warning BeyondLimit: No linked cluster is told of it: too long.");
    }

    @Test
    void an_export_without_endpoint_says_so_in_its_status_and_by_no_event() {
        var export = createExport("empty");
        write(results().exported("empty", VALID, new Condition("Ready", "True", "NoEndpoint", "Nothing is there.")));

        assertThat(Conditions.find(seenExport("empty").getStatus().conditions(), "Ready"))
                .hasValueSatisfying(ready -> assertThat(ready.getReason()).isEqualTo("NoEndpoint"));
        assertThat(events(export)).isEmpty();
    }

    private ServiceExport createExport(String name) {
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        return client.resource(export).create();
    }

    private ServiceExport seenExport(String name) {
        return client.resources(ServiceExport.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    @Test
    void a_peer_is_told_of_at_once_when_something_happens_and_else_now_and_then() {
        var peer = createPeer(namespace);
        write(results().peer(namespace, new PeerStatus(true, Optional.of(now.get()), "", 3)));
        var first = seenPeer();
        write(results()
                .peer(namespace, new PeerStatus(true, Optional.of(now.get().plusSeconds(29)), "", 3)));
        var second = seenPeer();
        write(results()
                .peer(namespace, new PeerStatus(true, Optional.of(now.get().plusSeconds(31)), "", 3)));
        var third = seenPeer();
        write(results()
                .peer(
                        namespace,
                        new PeerStatus(false, Optional.of(now.get().plusSeconds(32)), "connection refused", 3)));
        var fourth = seenPeer();
        write(results()
                .peer(namespace, new PeerStatus(true, Optional.of(now.get().plusSeconds(40)), "", 3)));

        assertThat(first).isEqualTo(new Peer.Status(true, heard("12:00:00"), 3, Optional.empty()));
        assertThat(second).isEqualTo(first);
        assertThat(third.lastHeardAt()).isEqualTo(heard("12:00:31"));
        assertThat(fourth).isEqualTo(new Peer.Status(false, heard("12:00:32"), 3, Optional.of("connection refused")));
        assertThat(events(peer))
                .containsExactlyInAnyOrder(
                        "Normal Linked: The control planes are in touch.",
                        "Warning LinkLost: connection refused",
                        "Normal Linked: The control planes are in touch.");
    }

    @Test
    void a_control_plane_that_begins_has_not_lost_its_peers() {
        var peer = createPeer(namespace);
        write(results().peer(namespace, new PeerStatus(true, Optional.of(now.get()), "", 3)));
        writer = newWriter();
        write(results().peer(namespace, new PeerStatus(false, Optional.empty(), "not linked yet", 3)));
        write(results().peer(namespace, new PeerStatus(true, Optional.of(now.get()), "", 3)));

        assertThat(events(peer)).containsExactly("Normal Linked: The control planes are in touch.");
    }

    private static Optional<Instant> heard(String time) {
        return Optional.of(Instant.parse("2026-11-28T" + time + "Z"));
    }

    private Peer createPeer(String name) {
        var peer = new Peer();
        peer.setMetadata(new ObjectMetaBuilder().withName(name).build());
        peer.setSpec(new Peer.Spec(Optional.empty(), "-----BEGIN CERTIFICATE-----"));
        return client.resource(peer).create();
    }

    private Peer.Status seenPeer() {
        return client.resources(Peer.class).withName(namespace).require().getStatus();
    }

    @Test
    void gateways_are_let_through_to_exactly_the_pods_and_ports() {
        write(results()
                .pass("sekisho-allow-ingress-db", Direction.INGRESS)
                .pass("sekisho-allow-egress-db", Direction.EGRESS));

        var ingress = policy("sekisho-allow-ingress-db").getSpec();
        assertThat(ingress.getPolicyTypes()).containsExactly("Ingress");
        assertThat(ingress.getPodSelector().getMatchLabels()).isEqualTo(Map.of("app", "db"));
        assertThat(ingress.getPodSelector().getMatchExpressions().getFirst().getOperator())
                .isEqualTo("NotIn");
        assertThat(ingress.getIngress().getFirst().getFrom()).singleElement().satisfies(from -> {
            assertThat(from.getNamespaceSelector().getMatchLabels())
                    .isEqualTo(Map.of("kubernetes.io/metadata.name", "sekisho-system"));
            assertThat(from.getPodSelector().getMatchLabels()).isEqualTo(OwnObjects.GATEWAY_PODS);
        });
        assertThat(ingress.getIngress().getFirst().getPorts())
                .extracting(port -> port.getProtocol() + " " + port.getPort().getIntVal() + " " + port.getEndPort())
                .containsExactly("TCP 6379 null", "UDP 20000 29999");
        var egress = policy("sekisho-allow-egress-db");
        assertThat(egress.getSpec().getPolicyTypes()).containsExactly("Egress");
        assertThat(egress.getSpec().getEgress().getFirst().getTo()).hasSize(1);
        assertThat(egress.getMetadata().getLabels()).containsEntry(OwnObjects.GATEWAY_PASS, "egress");

        write(results());
        assertThat(client.network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
    }

    private NetworkPolicy policy(String name) {
        return client.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    @Test
    void what_the_api_server_refuses_is_named_and_the_rest_is_written() {
        var refused = results().clusterSetIp("db", ips("10.96.7.7"), Map.of("not a label", "x"), "10.244.0.9");

        assertThatThrownBy(() -> write(results().with(refused).headless("cache")))
                .hasMessageContaining("ServiceImport " + namespace + "/db: ")
                .hasMessageContaining("not a label");

        assertThat(serviceImport("cache").getStatus().clusters()).hasSize(1);
    }

    @Test
    void a_namespace_that_is_being_deleted_is_no_failure() {
        createExport("web");
        client.resource(client.namespaces().withName(namespace).require()).delete();

        write(results().headless("db").exported("web", NO_SERVICE).pass("sekisho-allow-ingress-db", Direction.INGRESS));
        var nowhere = new TestResults(namespace + "-none");
        writer.write(nowhere.headless("db").build(), nowhere.view()).await();

        assertThat(findImport("db")).isEmpty();
    }

    @Test
    void an_import_without_its_namespace_here_is_not_written() {
        var elsewhere = new TestResults("elsewhere").headless("db").build();

        writer.write(elsewhere, results().view()).await();

        assertThat(new ListedObjects(client).ours(ServiceImport.class))
                .noneMatch(object -> object.getMetadata().getNamespace().equals("elsewhere"));
    }
}
