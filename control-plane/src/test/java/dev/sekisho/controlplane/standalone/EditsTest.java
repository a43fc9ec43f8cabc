package dev.sekisho.controlplane.standalone;

import static dev.sekisho.controlplane.standalone.TestFolder.namespace;
import static dev.sekisho.controlplane.standalone.TestFolder.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.PolicyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EditsTest {
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

    @Test
    void the_first_view_holds_every_file_and_then_nothing_is_waited_for() {
        folder.write("pods.yaml", pod("db-0", "10.0.0.1", "db") + "---\n" + pod("web", "10.0.0.2", "frontend"));
        folder.write("more/namespaces.yml", namespace("shop", "gold"));

        var cluster = folder.start();

        Await.until(() -> assertThat(folder.views).hasSize(1));
        assertThat(folder.latest().pods()).containsOnlyKeys(new PodName("shop", "db-0"), new PodName("shop", "web"));
        assertThat(folder.latest().namespaces())
                .isEqualTo(Map.of("shop", Map.of("tier", "gold", "kubernetes.io/metadata.name", "shop")));
        Await.until(() -> assertThat(cluster.waitingFor()).isEmpty());
    }

    @Test
    void a_namespace_that_is_only_used_is_there_with_its_name() {
        folder.write("pods.yaml", pod("db-0", "10.0.0.1", "db"));

        folder.start();

        folder.awaitView(view ->
                assertThat(view.namespaces()).isEqualTo(Map.of("shop", Map.of("kubernetes.io/metadata.name", "shop"))));
    }

    @Test
    void a_namespace_whose_policies_are_only_audited_from_now_on_is_news() {
        folder.write("shop.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
        folder.start();
        folder.awaitView(view -> assertThat(view.policyModes()).isEmpty());

        folder.write(
                "shop.yaml",
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop,"
                        + " annotations: {sekisho.dev/policy-mode: audit}}}");

        folder.awaitView(view -> assertThat(view.policyModes()).isEqualTo(Map.of("shop", PolicyMode.AUDIT)));
    }

    @Test
    void a_list_holds_objects_like_separate_documents() {
        folder.write("all.yaml", """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Namespace
              metadata: {name: shop}
            - apiVersion: v1
              kind: Namespace
              metadata: {name: bank}
            """);

        folder.start();

        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop", "bank"));
    }

    @Test
    void an_edit_a_new_file_and_a_removed_one_are_seen_without_a_restart() {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces().get("shop")).containsEntry("tier", "gold"));

        folder.write("namespaces.yaml", namespace("shop", "silver"));
        folder.awaitView(view -> assertThat(view.namespaces().get("shop")).containsEntry("tier", "silver"));

        folder.write("bank.yaml", namespace("bank", "gold"));
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop", "bank"));

        folder.delete("namespaces.yaml");
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("bank"));
    }

    @Test
    void an_emptied_file_takes_its_objects_away() {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));

        folder.write("namespaces.yaml", "# none\n");

        folder.awaitView(view -> assertThat(view.namespaces()).isEmpty());
    }

    @Test
    void a_file_that_an_editor_replaces_by_renaming_is_seen() throws IOException {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces().get("shop")).containsEntry("tier", "gold"));

        var draft = Files.writeString(directory.resolve(".namespaces.yaml.swp"), namespace("shop", "iron"));
        Files.setLastModifiedTime(draft, Files.getLastModifiedTime(folder.path("namespaces.yaml")));
        Files.move(draft, folder.path("namespaces.yaml"), StandardCopyOption.ATOMIC_MOVE);

        folder.awaitView(view -> assertThat(view.namespaces().get("shop")).containsEntry("tier", "iron"));
    }

    @Test
    void a_file_that_is_only_touched_is_no_news() throws IOException {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));

        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.write("later.yaml", namespace("bank", "gold"));

        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop", "bank"));
        assertThat(folder.views).hasSize(2);
    }

    @Test
    void own_hidden_and_other_files_are_no_objects() {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.write(".hidden.yaml", namespace("hidden", "gold"));
        folder.write(".git/config.yaml", namespace("git", "gold"));
        folder.write("ca/notes.yaml", namespace("ca", "gold"));
        folder.write("state/gateway/notes.yaml", namespace("state", "gold"));
        folder.write("README.md", "not: [yaml");

        folder.start();

        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));
    }

    @Test
    void invariant_1_an_unreadable_folder_withdraws_nothing() throws IOException {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));

        // As when a disk is unmounted: what was in the folder is suddenly not there, cluster.yaml included.
        var elsewhere = Files.createDirectory(directory.resolve(".elsewhere"));
        Files.move(folder.path("namespaces.yaml"), elsewhere.resolve("namespaces.yaml"));
        Files.move(folder.path(ClusterFile.NAME), elsewhere.resolve(ClusterFile.NAME));
        folder.awaitProblems(".: cluster.yaml is not there, so this is not taken for the folder");
        assertThat(folder.read("status/problems.yaml")).contains("the last good versions of the files in it");
        assertThat(folder.latest().namespaces()).containsOnlyKeys("shop");
        Files.move(elsewhere.resolve("namespaces.yaml"), folder.path("namespaces.yaml"));
        Files.move(elsewhere.resolve(ClusterFile.NAME), folder.path(ClusterFile.NAME));

        folder.awaitProblems();
        assertThat(folder.views).hasSize(1);
    }

    @Test
    void invariant_7_a_users_file_is_never_edited() throws IOException {
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.write("broken.yaml", "kind: [");
        folder.write("export.yaml", TestFolder.export("db"));
        var before = contents();

        var cluster = folder.start();
        folder.write("broken.yaml", "# mended\n");
        before.put(Path.of("broken.yaml"), "# mended\n");
        folder.awaitView(view -> assertThat(view.exports()).hasSize(1));
        Await.result(cluster.write(TestResults.of("db")));

        assertThat(contents()).isEqualTo(before);
    }

    private Map<Path, String> contents() throws IOException {
        try (var files = Files.walk(directory)) {
            var contents = new HashMap<Path, String>();
            files.filter(Files::isRegularFile)
                    .map(directory::relativize)
                    .filter(file -> !file.startsWith("status") && !file.startsWith("state"))
                    .forEach(file -> contents.put(file, folder.read(file.toString())));
            return contents;
        }
    }
}
