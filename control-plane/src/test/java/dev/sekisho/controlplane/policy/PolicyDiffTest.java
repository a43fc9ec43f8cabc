package dev.sekisho.controlplane.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.standalone.FolderSnapshot;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.compiled.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDiffTest {
    private static final String SHOP = """
        apiVersion: v1
        kind: Pod
        metadata: {name: db-0, namespace: shop, labels: {role: db}}
        status: {podIP: 10.0.0.1}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: frontend-0, namespace: shop, labels: {role: frontend}}
        status: {podIP: 10.0.0.2}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: batch-0, namespace: shop, labels: {role: batch}}
        status: {podIP: 10.0.0.3}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: db, namespace: shop}
        spec: {selector: {role: db}, ports: [{port: 6379}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: hidden, namespace: shop}
        spec: {selector: {role: db}, ports: [{port: 6379}]}
        ---
        apiVersion: multicluster.x-k8s.io/v1beta1
        kind: ServiceExport
        metadata: {name: db, namespace: shop}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /// Linked with osaka.
    private PolicyWorld shop(String... specs) throws IOException {
        return world(SHOP, specs);
    }

    private PolicyWorld world(String objects, String... specs) throws IOException {
        var text = new StringBuilder(objects);
        for (var i = 0; i < specs.length; i++) {
            text.append("""
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: p%d, namespace: shop}
                spec: %s
                """.formatted(i, specs[i]));
        }
        var snapshot = snapshot(text.toString());
        return linked(snapshot, snapshot.view().pods());
    }

    private FolderSnapshot snapshot(String text) throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), text);
        var snapshot = FolderSnapshot.read(folder);
        assertThat(snapshot.problems()).isEmpty();
        return snapshot;
    }

    private static PolicyWorld linked(FolderSnapshot snapshot, Map<PodName, ClusterView.Pod> pods) {
        var view = snapshot.view();
        var osaka = new ClusterName("osaka");
        return new PolicyWorld(
                new ClusterView(
                        view.namespaces(),
                        view.policyModes(),
                        pods,
                        view.services(),
                        view.endpointSlices(),
                        view.exports(),
                        view.policies(),
                        Map.of(osaka, new ClusterView.Peer(osaka, Optional.empty(), "", Map.of())),
                        view.imports(),
                        view.gateways()),
                new PolicySet(snapshot.scope(), view.policies()),
                snapshot.policies(),
                Set.of());
    }

    private static List<String> changes(PolicyWorld before, PolicyWorld after) {
        return PolicyDiff.between(before, after).changes().stream()
                .map(change -> (change.after().allowed() ? "+ " : "- ") + change.call())
                .toList();
    }

    @Test
    void the_same_state_changes_nothing() throws IOException {
        var same = shop("{podSelector: {}}");

        assertThat(changes(same, same)).isEmpty();
    }

    @Test
    void isolating_a_service_takes_it_from_pods_of_both_clusters() throws IOException {
        var frontends =
                "{podSelector: {matchLabels: {role: db}}, ingress: [{from: [{podSelector: {matchLabels: {role: frontend}}}]}]}";

        assertThat(changes(shop(), shop(frontends)))
                .containsExactly(
                        "- local:shop/batch-0 to shop/db port 6379/TCP",
                        "- local:shop/db-0 to shop/db port 6379/TCP",
                        "- osaka:shop/batch-0 to shop/db port 6379/TCP",
                        "- osaka:shop/db-0 to shop/db port 6379/TCP",
                        "- osaka:shop/frontend-0 to shop/db port 6379/TCP",
                        "- osaka:any other pod to shop/db port 6379/TCP");
    }

    @Test
    void naming_a_cluster_gives_to_its_pods_and_takes_from_our_own() throws IOException {
        var ours =
                "{podSelector: {matchLabels: {role: db}}, ingress: [{from: [{podSelector: {matchLabels: {role: frontend}}}]}]}";
        var theirs =
                "{podSelector: {matchLabels: {role: db}}, ingress: [{from: [{podSelector: {matchLabels: {role: frontend}},"
                        + " namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}}]}]}";

        assertThat(changes(shop(ours), shop(theirs)))
                .containsExactly(
                        "- local:shop/frontend-0 to shop/db port 6379/TCP",
                        "+ osaka:shop/frontend-0 to shop/db port 6379/TCP",
                        "+ osaka:a pod labelled role=frontend to shop/db port 6379/TCP");
    }

    @Test
    void a_callers_own_egress_counts_for_our_pods_only() throws IOException {
        var noEgress = "{podSelector: {matchLabels: {role: batch}}, policyTypes: [Egress]}";

        assertThat(changes(shop(), shop(noEgress)))
                .containsExactly(
                        "- local:shop/batch-0 to shop/db port 6379/TCP",
                        "- local:shop/batch-0 to any other service of osaka port 8080/TCP");
    }

    @Test
    void who_decides_is_told_for_both_states() throws IOException {
        var closed = "{podSelector: {matchLabels: {role: db}}}";

        assertThat(PolicyDiff.between(shop(), shop(closed)).changes().getFirst())
                .satisfies(change -> {
                    assertThat(change.before().decisive()).hasSize(2);
                    assertThat(change.after().decisive())
                            .anySatisfy(
                                    verdict -> assertThat(verdict.isAllowed()).isFalse());
                });
    }

    @Test
    void only_ready_pods_take_calls() throws IOException {
        var waiting = """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: db-1, namespace: shop, labels: {role: db, v: two}}
            status: {podIP: 10.0.0.9, conditions: [{type: Ready, status: 'False'}]}
            """;
        var closesTheReadyOne = "{podSelector: {matchExpressions: [{key: v, operator: DoesNotExist}]}}";

        assertThat(changes(world(SHOP + waiting), world(SHOP + waiting, closesTheReadyOne)))
                .contains("- local:shop/batch-0 to shop/db port 6379/TCP");
    }

    @Test
    void an_endpoint_whose_pod_is_not_there_takes_no_call() throws IOException {
        var withoutSelector = SHOP.replace("selector: {role: db}, ", "");
        var slice = """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
            addressType: IPv4
            endpoints: [{addresses: [10.0.0.7], targetRef: {kind: Pod, name: POD, namespace: shop}}]
            ports: [{port: 6379, protocol: TCP}]
            """;
        var ghost = world(withoutSelector + slice.replace("POD", "ghost"));
        var there = world(withoutSelector + slice.replace("POD", "db-0").replace("10.0.0.7", "10.0.0.1"));

        assertThat(PolicyDiff.between(ghost, there).changes().getFirst()).satisfies(change -> {
            assertThat(change.before().allowed()).isFalse();
            assertThat(change.before().decisive().getFirst().toString()).contains("10.0.0.7 is not known");
            assertThat(change.after().allowed()).isTrue();
        });
    }

    @Test
    void a_contested_address_takes_no_call() throws IOException {
        var twin = """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: twin, namespace: shop}
            status: {podIP: 10.0.0.1}
            """;
        var snapshot = snapshot(SHOP);
        var pods = new HashMap<>(snapshot.view().pods());
        pods.putAll(snapshot(twin.substring(4)).view().pods());

        var contested = linked(snapshot, Map.copyOf(pods));

        assertThat(changes(shop(), contested))
                .filteredOn(change -> change.contains("to shop/db"))
                .hasSize(7)
                .allMatch(change -> change.startsWith("- "));
    }

    @Test
    void a_pod_with_two_addresses_calls_and_is_called_at_each() throws IOException {
        var both = SHOP.replace("{podIP: 10.0.0.3}", "{podIP: 10.0.0.3, podIPs: [{ip: 10.0.0.3}, {ip: 'fd00::3'}]}")
                .replace("{podIP: 10.0.0.1}", "{podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}");
        var fromFour = "{podSelector: {matchLabels: {role: db}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.3/32}}]}]}";
        var toFour =
                "{podSelector: {matchLabels: {role: batch}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr:"
                        + " CIDR}}]}]}";

        assertThat(changes(world(both), world(both, fromFour)))
                .contains("- local:shop/batch-0 at fd00::3 to shop/db port 6379/TCP")
                .noneMatch(change -> change.contains("at 10.0.0.3"));
        assertThat(changes(
                        world(both, toFour.replace("CIDR", "10.0.0.1/32")),
                        world(both, toFour.replace("CIDR", "10.0.0.9/32"))))
                .contains("- local:shop/batch-0 at 10.0.0.3 to shop/db port 6379/TCP");
    }

    @Test
    void a_pod_with_another_address_is_the_same_caller() throws IOException {
        var moved = SHOP.replace("10.0.0.3", "10.0.0.33");

        assertThat(changes(world(SHOP), world(moved))).isEmpty();
    }

    @Test
    void a_pod_that_has_ended_calls_no_one() throws IOException {
        var ended = SHOP.replace("status: {podIP: 10.0.0.3}", "status: {podIP: 10.0.0.3, phase: Succeeded}");

        assertThat(changes(world(ended), world(ended, "{podSelector: {}}")))
                .isNotEmpty()
                .noneMatch(change -> change.contains("batch-0"));
    }

    private static String ingress(String peer) {
        return "{podSelector: {matchLabels: {role: db}}, ingress: [{from: [" + peer + "]}]}";
    }

    private static final String NO_INGRESS = "{podSelector: {matchLabels: {role: db}}}";

    @Test
    void callers_that_only_policies_name_are_judged() throws IOException {
        var osaka = "namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}";
        var workers = ingress("{podSelector: {matchLabels: {role: worker}}, " + osaka + "}");
        var cooks = ingress("{podSelector: {matchExpressions: [{key: role, operator: In, values: [cook, worker]}]}, "
                + osaka + "}");

        assertThat(changes(shop(workers), shop(cooks)))
                .containsExactly("+ osaka:a pod labelled role=cook to shop/db port 6379/TCP");
        assertThat(changes(shop(workers), shop(NO_INGRESS)))
                .containsExactly("- osaka:a pod labelled role=worker to shop/db port 6379/TCP");
    }

    @Test
    void a_value_that_a_selector_excludes_is_judged() throws IOException {
        var but = ingress("{podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [VALUES]}]},"
                + " namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}}");

        assertThat(changes(shop(but.replace("VALUES", "web")), shop(but.replace("VALUES", "web, worker"))))
                .containsExactly("- osaka:a pod labelled role=worker to shop/db port 6379/TCP");
    }

    @Test
    void namespaces_of_callers_are_as_selectors_ask() throws IOException {
        var named = ingress("{namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka,"
                + " kubernetes.io/metadata.name: web, team: a}}}");

        assertThat(changes(shop(named), shop(NO_INGRESS)))
                .containsExactly("- osaka:a pod in namespace web labelled team=a to shop/db port 6379/TCP");
    }

    private static String clusterSet(String peer) {
        return """
            ---
            apiVersion: sekisho.dev/v1alpha1
            kind: ClusterSetNetworkPolicy
            metadata: {name: set, namespace: shop}
            spec: {podSelector: {matchLabels: {role: db}}, ingress: [{from: [%s]}]}
            """.formatted(peer);
    }

    @Test
    void clusters_addresses_and_accounts_that_policies_name_are_judged() throws IOException {
        var nagoya = "clusterSelector: {matchLabels: {sekisho.dev/cluster: nagoya}}";
        var block = clusterSet("{" + nagoya + ", ipBlock: {cidr: 10.9.0.0/16, except: [10.9.0.0/24]}}");
        var account = clusterSet("{" + nagoya + ", serviceAccounts: [robot]}");

        assertThat(changes(world(SHOP, NO_INGRESS), world(SHOP + block, NO_INGRESS)))
                .containsExactly("+ nagoya:a pod at 10.9.1.0 to shop/db port 6379/TCP");
        assertThat(changes(world(SHOP, NO_INGRESS), world(SHOP + account, NO_INGRESS)))
                .containsExactly(
                        "+ nagoya:a pod in namespace shop with service account robot to shop/db port 6379/TCP");
    }

    @Test
    void what_a_block_excepts_is_judged() throws IOException {
        var nagoya = "clusterSelector: {matchLabels: {sekisho.dev/cluster: nagoya}}";
        var block = clusterSet("{" + nagoya + ", ipBlock: {cidr: 0.0.0.0/0, except: [10.9.0.0/24]}}");
        var all = clusterSet("{" + nagoya + ", ipBlock: {cidr: 0.0.0.0/0}}");

        assertThat(changes(world(SHOP + block), world(SHOP + all)))
                .containsExactly("+ nagoya:a pod at 10.9.0.1 to shop/db port 6379/TCP");
    }

    @Test
    void calls_of_own_pods_to_other_clusters_are_judged_by_their_egress() throws IOException {
        var batch = "{podSelector: {matchLabels: {role: batch}}, policyTypes: [Egress], egress: [{to: [{podSelector:"
                + " {matchLabels: {role: db}}, namespaceSelector: {matchLabels: {sekisho.dev/cluster: osaka}}}],"
                + " ports: [{port: PORT}]}]}";

        assertThat(changes(shop(batch.replace("PORT", "6379")), shop(batch.replace("PORT", "5432"))))
                .containsExactly(
                        "- local:shop/batch-0 to a service with pods labelled role=db of osaka port 6379/TCP",
                        "+ local:shop/batch-0 to a service with pods labelled role=db of osaka port 5432/TCP");
    }

    @Test
    void what_cannot_be_judged_is_told() throws IOException {
        var services = SHOP.substring(0, SHOP.lastIndexOf("---"));
        var waiting =
                SHOP.replace("{podIP: 10.0.0.1}", "{podIP: 10.0.0.1, conditions: [{type: Ready, status: 'False'}]}");
        var west = clusterSet("{clusterSelector: {matchLabels: {region: west}}, podSelector: {}}");

        assertThat(notJudged(world(SHOP))).isEmpty();
        assertThat(notJudged(world(services)))
                .containsExactly("calls to exports: neither folder holds a ServiceExport");
        assertThat(notJudged(world(waiting)))
                .containsExactly("calls to shop/db: no endpoint of it is ready in either folder");
        assertThat(notJudged(world(SHOP.replaceAll("status: .*", ""))))
                .contains("calls of own pods: no pod with an address (status.podIP) is in either folder");
        assertThat(notJudged(world(SHOP + west)))
                .singleElement()
                .asString()
                .contains("ClusterSetNetworkPolicy shop/set", "osaka");
    }

    private static List<String> notJudged(PolicyWorld world) {
        return PolicyDiff.between(world, world).notJudged();
    }
}
