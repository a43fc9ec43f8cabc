package dev.sekisho.controlplane.standalone;

import static dev.sekisho.controlplane.standalone.TestFolder.DB_POLICY;
import static dev.sekisho.controlplane.standalone.TestFolder.namespace;
import static dev.sekisho.controlplane.standalone.TestFolder.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.policy.PolicyName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
    @TempDir
    private Path directory;

    private TestFolder folder;

    @BeforeEach
    void makeFolder() {
        folder = new TestFolder(directory);
    }

    @AfterEach
    void stopCluster() {
        folder.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        kind: Namespace       | kind: Namespaces      | 6 | kind: is of apiVersion and kind 'v1 Namespaces'; known are discovery.k8s.io/v1 EndpointSlice, multicluster.x-k8s.io/v1alpha1 ServiceExport, multicluster.x-k8s.io/v1beta1 ServiceExport, networking.k8s.io/v1 NetworkPolicy, policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy, sekisho.dev/v1alpha1 ClusterSetNetworkPolicy, sekisho.dev/v1alpha1 Peer, v1 Namespace, v1 Node, v1 Pod, v1 Service
        tier: silver          | tier: 1               | 7 | metadata.labels.tier: must be text, got '1'
        tier: silver          | tier: -a              | 7 | metadata.labels.tier: must be at most 63 letters, digits or inner '-', '_', '.', got '-a'
        name: bank            | name: Bank            | 7 | metadata.name: must be 1 to 63 lower-case letters, digits or inner '-', got 'Bank'
        labels                | lables                | 7 | metadata.lables: is no field that is known here
        metadata: {name: bank | metadata: {metadata: x| 7 | metadata.metadata: is no field that is known here
        tier: silver          | tier: no              | 7 | metadata.labels.tier: must be text, got 'no', which YAML reads as 'false': put it in quotes
        labels: {tier: silver}| labels: [tier]        | 7 | metadata.labels: must be a mapping, got a list
        kind: Namespace       | kind: Namespace\\nkind: Pod| 7 | kind: is given twice, first in line 6
        """)
    void a_file_with_a_wrong_object_is_refused_as_a_whole_and_its_last_good_version_stays(
            String right, String wrong, int line, String told) {
        var good = namespace("shop", "gold") + "---\n" + namespace("bank", "silver");
        folder.write("a.yaml", good);
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop", "bank"));

        var text = good.replace("gold", "copper");
        var second = text.indexOf("---");
        folder.write(
                "a.yaml",
                text.substring(0, second) + text.substring(second).replace(right, wrong.replace("\\n", "\n")));

        folder.awaitProblems("a.yaml:" + line + ": " + told);
        assertThat(folder.views).hasSize(1);
        assertThat(folder.read("status/problems.yaml")).contains("the last good version of this file");

        folder.write("a.yaml", text);
        folder.awaitProblems();
        folder.awaitView(view -> assertThat(view.namespaces().get("shop")).containsEntry("tier", "copper"));
    }

    @Test
    void a_half_written_file_is_refused_with_the_line_where_it_breaks_off() {
        folder.write("policy.yaml", DB_POLICY);
        folder.start();
        folder.awaitView(view -> assertThat(view.policies()).hasSize(1));

        folder.write("policy.yaml", DB_POLICY.substring(0, DB_POLICY.indexOf("role: frontend")));

        Await.until(() -> assertThat(folder.read("status/problems.yaml"))
                .contains("file: \"policy.yaml\"", "line: 7", "is no valid YAML"));
        assertThat(folder.latest().policies())
                .extracting(policy -> policy.name())
                .containsExactly(new PolicyName("shop", "db"));
        assertThat(folder.views).hasSize(1);
    }

    @Test
    void a_policy_the_api_server_would_reject_leaves_the_old_one_in_force() {
        folder.write("policy.yaml", DB_POLICY);
        folder.start();
        folder.awaitView(view -> assertThat(view.policies()).hasSize(1));

        folder.write("policy.yaml", DB_POLICY.replace("port: 6379", "port: 70000"));

        Await.until(() -> assertThat(folder.read("status/problems.yaml"))
                .contains("line: 8", "field: \"spec.ingress[0].ports[0].port\""));
        assertThat(folder.views).hasSize(1);
    }

    @Test
    void text_that_is_no_utf_8_is_refused() throws IOException {
        folder.write("a.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));

        Files.write(folder.path("a.yaml"), "# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        folder.awaitProblems("a.yaml: is no UTF-8 text");
        assertThat(folder.latest().namespaces()).containsOnlyKeys("shop");
    }

    @Test
    void the_same_object_in_two_files_stays_with_the_file_that_had_it_first() {
        folder.write("b.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));

        folder.write("a.yaml", namespace("bank", "iron") + "---\n" + namespace("shop", "iron"));
        folder.awaitProblems("a.yaml:5: metadata.name: Namespace shop is already given in b.yaml:1");
        assertThat(folder.latest().namespaces()).containsOnlyKeys("shop");
        assertThat(folder.latest().namespaces().get("shop")).containsEntry("tier", "gold");

        folder.delete("b.yaml");
        folder.awaitProblems();
        folder.awaitView(view -> assertThat(view.namespaces().get("shop")).containsEntry("tier", "iron"));
    }

    @Test
    void two_pods_may_not_pass_for_each_other_by_address() {
        folder.write("a.yaml", pod("db-0", "10.0.0.1", "db"));
        folder.start();
        folder.awaitView(view -> assertThat(view.pods()).hasSize(1));

        folder.write("b.yaml", pod("thief", "10.0.0.1", "frontend"));

        folder.awaitProblems("b.yaml:1: status.podIP: pod address 10.0.0.1 is already given in a.yaml:1");
        assertThat(folder.latest().pods()).hasSize(1);
    }

    @Test
    void a_file_that_is_bad_from_the_start_keeps_the_cluster_closed_until_it_is_mended() {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.write("policy.yaml", DB_POLICY.replace("ingress:", "ingres:"));

        var cluster = folder.start();

        Await.until(() -> assertThat(cluster.waitingFor())
                .containsExactly("policy.yaml:6: spec.ingres: is no field that is known here"));
        Await.until(() -> assertThat(folder.read("status/problems.yaml"))
                .contains("nothing of the whole folder, until this is mended"));
        assertThat(folder.views).isEmpty();

        folder.write("policy.yaml", DB_POLICY);
        folder.awaitView(view -> assertThat(view.policies()).hasSize(1));
        Await.until(() -> assertThat(cluster.waitingFor()).isEmpty());
    }

    @Test
    void a_bad_file_that_is_removed_holds_nothing_up_any_longer() {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.write("bad.yaml", "- no\n- object\n");
        var cluster = folder.start();
        Await.until(
                () -> assertThat(cluster.waitingFor()).containsExactly("bad.yaml:1: must be an object, got a list"));

        folder.delete("bad.yaml");

        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));
    }

    @Test
    void a_bad_edit_of_the_settings_is_told_and_changes_nothing() {
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).isEmpty());

        folder.write(ClusterFile.NAME, folder.read(ClusterFile.NAME) + "  deny: maybe\n");

        folder.awaitProblems("cluster.yaml:7: spec.deny: must be reset or drop, got 'maybe'");
    }
}
