package dev.sekisho.controlplane.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.standalone.FolderSnapshot;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        var text = new StringBuilder(SHOP);
        for (var i = 0; i < specs.length; i++) {
            text.append("""
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: p%d, namespace: shop}
                spec: %s
                """.formatted(i, specs[i]));
        }
        Files.writeString(folder.resolve("shop.yaml"), text);
        var snapshot = FolderSnapshot.read(folder);
        assertThat(snapshot.problems()).isEmpty();
        var view = snapshot.view();
        var osaka = new ClusterName("osaka");
        return new PolicyWorld(
                new ClusterView(
                        view.namespaces(),
                        view.policyModes(),
                        view.pods(),
                        view.services(),
                        view.endpointSlices(),
                        view.exports(),
                        view.policies(),
                        Map.of(osaka, new ClusterView.Peer(osaka, Optional.empty(), "", Map.of())),
                        view.imports(),
                        view.gateways()),
                new PolicySet(snapshot.scope(), view.policies()));
    }

    private static List<String> changes(PolicyWorld before, PolicyWorld after) {
        return PolicyDiff.between(before, after).stream()
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
                        "- osaka:shop/frontend-0 to shop/db port 6379/TCP");
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
                        "+ osaka:shop/frontend-0 to shop/db port 6379/TCP");
    }

    @Test
    void a_callers_own_egress_counts_for_our_pods_only() throws IOException {
        var noEgress = "{podSelector: {matchLabels: {role: batch}}, policyTypes: [Egress]}";

        assertThat(changes(shop(), shop(noEgress))).containsExactly("- local:shop/batch-0 to shop/db port 6379/TCP");
    }

    @Test
    void who_decides_is_told_for_both_states() throws IOException {
        var closed = "{podSelector: {matchLabels: {role: db}}}";

        assertThat(PolicyDiff.between(shop(), shop(closed)).getFirst()).satisfies(change -> {
            assertThat(change.before().decisive()).hasSize(2);
            assertThat(change.after().decisive())
                    .anySatisfy(verdict -> assertThat(verdict.isAllowed()).isFalse());
        });
    }
}
