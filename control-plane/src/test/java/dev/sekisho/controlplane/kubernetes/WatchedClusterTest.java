package dev.sekisho.controlplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicy;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchedClusterTest {
    private static final ServiceName DB = new ServiceName("shop", "db");
    private static final Map<String, String> OURS = Map.of(OwnObjects.MANAGED_BY, OwnObjects.OURS);

    private final WatchedCluster cluster = new WatchedCluster(() -> {});
    private int version;

    private void listed() {
        cluster.all().forEach(Watched::listed);
    }

    private <T extends HasMetadata> void put(Watched<T, ?> watched, T object) {
        object.getMetadata().setResourceVersion(String.valueOf(++version));
        watched.put(watched.getKey(object), object);
    }

    private ClusterView view() {
        return cluster.takeView().orElseThrow();
    }

    private static List<ClusterView.EndpointSlice> slices(ClusterView view) {
        return view.endpointSlices().getOrDefault(DB, List.of());
    }

    private static Pod pod(String name, String ip) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("web")
                .addNewContainer()
                .withName("web")
                .addNewPort()
                .withContainerPort(80)
                .withProtocol("TCP")
                .endPort()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(ip)
                .addNewPodIP(ip)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private static Pod with(Pod pod, String ready, String heartbeat) {
        return new PodBuilder(pod)
                .editStatus()
                .withConditions()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withLastProbeTime(heartbeat)
                .endCondition()
                .endStatus()
                .build();
    }

    private static Service service(String name, Map<String, String> labels) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.96.7.7")
                .withClusterIPs("10.96.7.7", "fd00:96::7")
                .withIpFamilies("IPv4", "IPv6")
                .addNewPort()
                .withPort(6379)
                .withProtocol("TCP")
                .withNewTargetPort(20_001)
                .endPort()
                .endSpec()
                .build();
    }

    private static EndpointSlice slice(String name, String address, Map<String, String> labels) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withLabels(labels)
                .addToLabels("kubernetes.io/service-name", "db")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withPort(6379)
                .withProtocol("TCP")
                .endPort()
                .addNewEndpoint()
                .withAddresses(address)
                .endEndpoint()
                .build();
    }

    private static NetworkPolicy policy(String name, Map<String, String> labels, String type) {
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .endPodSelector()
                .withPolicyTypes(type)
                .endSpec()
                .build();
    }

    @Test
    void invariant_1_there_is_no_view_until_every_kind_has_been_read() {
        put(cluster.pods, pod("web-1", "10.244.0.5"));
        cluster.pods.failed("pods is forbidden");
        for (var each : cluster.all()) {
            assertThat(cluster.takeView()).isEmpty();
            assertThat(cluster.waitingFor())
                    .anyMatch(missing -> missing.startsWith(each.kind().plural() + ": "));
            if (each == cluster.pods) {
                assertThat(cluster.waitingFor()).contains("pods: pods is forbidden");
            }
            each.listed();
        }

        assertThat(cluster.waitingFor()).isEmpty();
        assertThat(view().pods()).containsOnlyKeys(new PodName("shop", "web-1"));
    }

    @Test
    void a_kind_that_can_be_listed_but_not_watched_is_warned_of_once() {
        try (var log = LogLines.captured()) {
            for (var attempt = 0; attempt < 3; attempt++) {
                cluster.pods.listed();
                cluster.pods.failed("cannot watch pods");
            }

            assertThat(log.warnings("cannot watch pods")).hasSize(1);
            assertThat(log.containing("can be watched again")).isEmpty();

            cluster.pods.watching();
            cluster.pods.watching();
            cluster.pods.failed("cannot watch pods");

            assertThat(log.containing("can be watched again")).hasSize(1);
            assertThat(log.warnings("cannot watch pods")).hasSize(2);
        }
    }

    @Test
    void what_did_not_change_is_the_same_in_the_next_view() {
        put(
                cluster.namespaces,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build());
        put(cluster.pods, pod("web-1", "10.244.0.5"));
        put(cluster.pods, pod("web-2", "10.244.0.6"));
        put(cluster.endpointSlices, slice("db-1", "10.244.0.9", Map.of()));
        listed();
        var before = view();

        put(cluster.pods, pod("web-2", "10.244.0.7"));
        put(cluster.endpointSlices, slice("db-2", "10.244.0.11", Map.of()));
        var after = view();

        var first = new PodName("shop", "web-1");
        assertThat(after.pods().get(first)).isSameAs(before.pods().get(first));
        assertThat(after.pods()).isNotEqualTo(before.pods());
        assertThat(after.namespaces()).isSameAs(before.namespaces());
        assertThat(after.services()).isSameAs(before.services());
        assertThat(slices(after)).hasSize(2);
        assertThat(slices(after).getFirst()).isSameAs(slices(before).getFirst());
    }

    @Test
    void what_is_kept_of_an_object_decides_whether_there_is_a_new_view() {
        put(cluster.pods, pod("web-1", "10.244.0.5"));
        listed();
        view();

        put(cluster.pods, with(pod("web-1", "10.244.0.5"), "False", "2026-11-28T15:00:00Z"));

        assertThat(cluster.takeView()).isEmpty();
        assertThat(cluster.takeObjectsChanged()).isFalse();
    }

    @Test
    void a_pod_that_has_ended_has_no_address_any_more() {
        put(cluster.pods, pod("job", "10.244.0.5"));
        listed();
        view();

        put(
                cluster.pods,
                new PodBuilder(pod("job", "10.244.0.5"))
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());

        assertThat(view().pods().values())
                .singleElement()
                .satisfies(pod -> assertThat(pod.addresses()).isEmpty());
    }

    @Test
    void gateways_are_the_ready_pods_that_do_not_end() {
        put(cluster.gatewayPods, pod("gateway-1", "10.244.0.5"));
        put(cluster.gatewayPods, with(pod("gateway-2", "10.244.0.6"), "False", "2026-11-28T15:00:00Z"));
        var ending = pod("gateway-3", "10.244.0.7");
        ending.getMetadata().setDeletionTimestamp("2026-11-28T15:00:00Z");
        put(cluster.gatewayPods, ending);
        listed();

        assertThat(view().gateways())
                .containsExactly(new ClusterView.GatewayPod(
                        new PodName("shop", "gateway-1"), List.of(InetAddresses.forString("10.244.0.5"))));
    }

    @Test
    void a_policy_that_cannot_be_read_allows_nothing_and_is_told_once() {
        listed();
        view();

        try (var lines = LogLines.captured()) {
            put(cluster.networkPolicies, policy("newer", Map.of(), "Sideways"));
            put(cluster.networkPolicies, policy("newer", Map.of(), "Backwards"));

            assertThat(lines.warnings("cannot be read")).hasSize(1);
        }
        assertThat(view().policies()).containsExactly(Policy.closed(new PolicyName("shop", "newer")));
    }

    private static ClusterSetNetworkPolicy clusterSetPolicy(String name) {
        var policy = new ClusterSetNetworkPolicy();
        policy.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
        return policy;
    }

    private static ClusterNetworkPolicy clusterPolicy(String name, String tier) {
        var policy = new ClusterNetworkPolicy();
        policy.setMetadata(new ObjectMetaBuilder().withName(name).build());
        policy.getSpec().tier = tier;
        policy.getSpec().priority = 1;
        policy.getSpec().subject = new ClusterNetworkPolicy.Subject();
        policy.getSpec().subject.namespaces = new LabelSelector();
        return policy;
    }

    @Test
    void policies_of_every_kind_are_in_the_view_and_one_that_cannot_be_read_allows_nothing() {
        put(cluster.clusterSetPolicies, clusterSetPolicy("db"));
        put(cluster.clusterPolicies, clusterPolicy("guard", "Admin"));
        put(cluster.clusterPolicies, clusterPolicy("newer", "Supreme"));
        put(cluster.networkPolicies, policy("db", Map.of(), "Ingress"));
        listed();

        var policies = view().policies();
        cluster.takeObjectsChanged();
        put(cluster.clusterPolicies, clusterPolicy("guard", "Baseline"));

        assertThat(policies)
                .extracting(policy -> policy.name().toString())
                .containsExactly(
                        "ClusterNetworkPolicy guard",
                        "ClusterNetworkPolicy newer",
                        "shop/db",
                        "ClusterSetNetworkPolicy shop/db");
        assertThat(policies).contains(Policy.closed(ClusterPolicy.name("newer")));
        assertThat(view().policies()).hasSize(4).isNotEqualTo(policies);
        assertThat(cluster.takeObjectsChanged()).as("we write to none of them").isFalse();
    }

    private static Node node(String pool, String heartbeat) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("node-1")
                .withLabels(Map.of("pool", pool))
                .endMetadata()
                .withNewStatus()
                .addNewAddress("172.18.0.2", "InternalIP")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastHeartbeatTime(heartbeat)
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void nodes_that_a_policy_leads_to_are_their_addresses_and_a_heartbeat_is_no_change() {
        var policy = clusterPolicy("guard", "Admin");
        var rule = new ClusterNetworkPolicy.EgressRule();
        rule.action = "Deny";
        rule.to = List.of(new ClusterNetworkPolicy.EgressPeer());
        rule.to.getFirst().nodes =
                new LabelSelectorBuilder().addToMatchLabels("pool", "gold").build();
        policy.getSpec().egress = List.of(rule);
        put(cluster.clusterPolicies, policy);
        listed();
        assertThat(peers(view()))
                .containsExactly(new PeerSelector.Nodes(
                        new dev.sekisho.policy.LabelSelector(Map.of("pool", "gold"), List.of())));

        put(cluster.nodes, node("gold", "2036-01-01T12:00:00Z"));
        var gold = view();
        put(cluster.nodes, node("gold", "2036-01-01T12:05:00Z"));
        assertThat(cluster.takeView()).isEmpty();
        put(cluster.nodes, node("blue", "2036-01-01T12:10:00Z"));

        assertThat(peers(gold)).containsExactly(new PeerSelector.Block(Cidr.parse("172.18.0.2/32"), List.of()));
        assertThat(peers(view())).isNotEqualTo(peers(gold)).noneMatch(PeerSelector.Unjudged.class::isInstance);
    }

    private static List<PeerSelector> peers(ClusterView view) {
        return ((ClusterPolicy) view.policies().getFirst()).egress().getFirst().peers();
    }

    @Test
    void a_kind_that_the_cluster_may_do_without_is_not_waited_for_and_can_still_come() {
        cluster.all().stream()
                .filter(watched -> watched != cluster.clusterPolicies)
                .forEach(Watched::listed);
        assertThat(cluster.takeView()).isEmpty();

        cluster.clusterPolicies.missing();
        assertThat(view().policies()).isEmpty();

        put(cluster.clusterPolicies, clusterPolicy("guard", "Admin"));
        cluster.clusterPolicies.missing();
        assertThat(view().policies()).hasSize(1);
    }

    @Test
    void a_namespace_has_the_policy_mode_of_its_annotation() {
        for (var mode : List.of("audit", "enforce", "")) {
            var builder = new NamespaceBuilder().withNewMetadata().withName("n" + mode);
            put(
                    cluster.namespaces,
                    mode.isEmpty()
                            ? builder.endMetadata().build()
                            : builder.withAnnotations(Map.of("sekisho.dev/policy-mode", mode))
                                    .endMetadata()
                                    .build());
        }
        listed();

        assertThat(view().policyModes()).isEqualTo(Map.of("naudit", PolicyMode.AUDIT, "nenforce", PolicyMode.ENFORCE));
    }

    @Test
    void another_object_that_cannot_be_read_is_passed_over() {
        put(cluster.services, service("db", Map.of()));
        put(cluster.services, service("Newer", Map.of()));
        listed();

        assertThat(view().services()).containsOnlyKeys(DB);
    }

    @Test
    void of_a_slice_only_what_cannot_be_used_is_left_out() {
        var loose = slice("loose", "10.244.0.9", Map.of());
        loose.getEndpoints()
                .getFirst()
                .setTargetRef(new ObjectReferenceBuilder().withKind("Pod").build());
        loose.setPorts(List.of(
                new EndpointPortBuilder().withName("a").withPort(0).build(),
                new EndpointPortBuilder().withName("b").withPort(65_536).build(),
                new EndpointPortBuilder().withName("c").withPort(80).build()));
        put(cluster.endpointSlices, loose);
        put(cluster.endpointSlices, slice("on-loopback", "127.0.0.1", Map.of()));
        listed();

        var slices = view().endpointSlices().getOrDefault(DB, List.of());
        assertThat(slices.getFirst().ports())
                .extracting(ClusterView.SlicePort::number)
                .containsExactly(80);
        assertThat(slices.getFirst().endpoints())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.pod()).isEmpty());
        assertThat(slices.get(1).endpoints()).isEmpty();
    }

    @Test
    void what_is_passed_over_is_known_with_its_reason_until_it_is_mended() {
        listed();
        view();
        put(cluster.endpointSlices, slice("loose", "127.0.0.1", Map.of()));
        put(cluster.networkPolicies, policy("newer", Map.of(), "Sideways"));

        assertThat(cluster.takeObjectsChanged()).as("somebody is to be told").isTrue();
        assertThat(cluster.passedOver())
                .extracting(each -> each.key() + ": " + each.what())
                .containsExactlyInAnyOrder(
                        "EndpointSlice shop/loose: Sekisho uses the object without a part of it:"
                                + " endpoints[0].addresses[0]: is no address of an endpoint: '127.0.0.1'",
                        "NetworkPolicy shop/newer: Sekisho cannot read the policy, so it allows nothing:"
                                + " spec.policyTypes[0]: must be one of Egress, Ingress, got 'Sideways'");

        put(cluster.endpointSlices, slice("loose", "10.244.0.9", Map.of()));
        put(cluster.networkPolicies, policy("newer", Map.of(), "Ingress"));

        assertThat(cluster.passedOver()).isEmpty();
    }

    @Test
    void what_nobody_uses_of_an_object_does_not_put_it_out_of_force() {
        var policy = policy("db", Map.of("Odd Label", "of a newer API server"), "Ingress");
        policy.getMetadata().setAnnotations(Map.of("Example.COM/Key", "x", "odd key", "y"));
        put(cluster.networkPolicies, policy);
        put(
                cluster.namespaces,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .withAnnotations(Map.of("sekisho.dev/policy-mode", "off"))
                        .endMetadata()
                        .build());
        listed();

        var view = view();
        assertThat(view.policies()).doesNotContain(Policy.closed(new PolicyName("shop", "db")));
        assertThat(view.policyModes()).containsEntry("shop", PolicyMode.ENFORCE);
    }

    @Test
    void our_passes_are_no_policies_and_what_only_claims_to_be_ours_is_one() {
        var pass = Map.of(OwnObjects.MANAGED_BY, OwnObjects.OURS, OwnObjects.GATEWAY_PASS, "ingress");
        put(cluster.networkPolicies, policy("pass", pass, "Ingress"));
        put(cluster.networkPolicies, policy("theirs", Map.of(OwnObjects.GATEWAY_PASS, "ingress"), "Ingress"));
        put(cluster.networkPolicies, policy("labelled", OURS, "Ingress"));
        listed();

        assertThat(view().policies().stream().map(policy -> policy.name().name()))
                .containsExactly("labelled", "theirs");
    }

    @Test
    void a_derived_service_is_an_import_and_no_service() {
        var labels = Map.of(OwnObjects.MANAGED_BY, OwnObjects.OURS, OwnObjects.IMPORT, "db");
        put(cluster.services, service("db", Map.of()));
        put(cluster.services, service(DerivedName.of(DB), labels));
        put(cluster.services, service("elsewhere", labels));
        put(cluster.endpointSlices, slice("ours", "10.244.0.9", OURS));
        listed();
        var view = view();

        assertThat(view.services()).containsOnlyKeys(DB);
        assertThat(view.endpointSlices()).isEmpty();
        assertThat(view.imports())
                .containsExactly(Map.entry(
                        DB,
                        new WrittenImport(
                                DB,
                                Stream.of("10.96.7.7", "fd00:96::7")
                                        .map(InetAddresses::forString)
                                        .toList(),
                                Map.of(new PortKey(Transport.TCP, 6379), 20_001))));
    }

    @Test
    void whoever_writes_is_shown_what_is_ours_with_its_labels_and_version() {
        put(cluster.services, service("theirs", Map.of()));
        put(cluster.services, service(DerivedName.of(DB), OURS));
        listed();

        assertThat(cluster.ours(EndpointSlice.class)).isEmpty();
        assertThat(cluster.ours(Service.class)).singleElement().satisfies(ours -> {
            assertThat(ours.getMetadata().getName()).isEqualTo(DerivedName.of(DB));
            assertThat(ours.getMetadata().getLabels()).isEqualTo(OURS);
            assertThat(ours.getMetadata().getResourceVersion()).isEqualTo("2");
        });
    }

    @Test
    void whoever_writes_is_told_when_what_is_ours_changes_or_goes() {
        put(cluster.services, service(DerivedName.of(DB), OURS));
        assertThat(cluster.takeObjectsChanged()).isTrue();
        assertThat(cluster.takeObjectsChanged()).isFalse();

        cluster.services.remove("shop/" + DerivedName.of(DB));

        assertThat(cluster.takeObjectsChanged()).isTrue();
        assertThat(cluster.ours(Service.class)).isEmpty();
    }

    @Test
    void whoever_writes_is_not_told_of_its_own_writes_but_of_what_is_made_of_them() {
        listed();
        var slice = slice("import", "10.244.1.1", OURS);
        slice.getMetadata().setResourceVersion(String.valueOf(version + 1));
        cluster.wrote(slice);
        put(cluster.endpointSlices, slice);

        assertThat(cluster.takeObjectsChanged()).as("as it was answered").isFalse();

        put(cluster.endpointSlices, slice("import", "10.244.6.6", OURS));

        assertThat(cluster.takeObjectsChanged()).as("somebody else's").isTrue();
    }

    @Test
    void exports_and_peers_are_kept_whole() {
        var export = new ServiceExport();
        export.getMetadata().setNamespace("shop");
        export.getMetadata().setName("db");
        export.getMetadata().setUid("u-1");
        export.getMetadata().setCreationTimestamp("2026-11-28T15:00:00Z");
        put(cluster.serviceExports, export);
        listed();

        assertThat(view().exports()).containsOnlyKeys(DB);
        assertThat(cluster.export(DB)).map(each -> each.getMetadata().getUid()).contains("u-1");
        assertThat(cluster.peer(new ClusterName("nara"))).isEmpty();
    }
}
