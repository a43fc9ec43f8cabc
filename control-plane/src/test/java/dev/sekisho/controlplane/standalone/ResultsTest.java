package dev.sekisho.controlplane.standalone;

import static dev.sekisho.controlplane.standalone.TestFolder.export;
import static dev.sekisho.controlplane.standalone.TestFolder.namespace;
import static dev.sekisho.controlplane.standalone.TestResults.DB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceExport;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final String IMPORTS = "status/serviceimports.yaml";
    private static final String EXPORTS = "status/serviceexports.yaml";
    private static final Instant NOON = Instant.parse("2036-01-01T12:00:00Z");

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
    void an_import_is_written_as_the_service_import_an_api_server_would_hold() {
        var cluster = folder.start(InstantSource.fixed(NOON));

        Await.result(cluster.write(TestResults.of("db")));

        assertThat(folder.read(IMPORTS)).isEqualTo("""
            # Written by Sekisho's control plane; what is changed here is overwritten.
            apiVersion: "v1"
            kind: "List"
            items:
            - apiVersion: "multicluster.x-k8s.io/v1beta1"
              kind: "ServiceImport"
              metadata:
                name: "db"
                namespace: "shop"
                labels:
                  team: "data"
              spec:
                type: "ClusterSetIP"
                ports:
                - name: "redis"
                  protocol: "TCP"
                  port: 6379
                  appProtocol: "redis"
                ips:
                - "127.66.1.7"
                ipFamilies:
                - "IPv4"
                sessionAffinity: "ClientIP"
                sessionAffinityConfig:
                  clientIP:
                    timeoutSeconds: 10
                internalTrafficPolicy: "Cluster"
                trafficDistribution: "PreferClose"
              status:
                clusters:
                - cluster: "osaka"
                conditions:
                - type: "Ready"
                  status: "True"
                  lastTransitionTime: "2036-01-01T12:00:00Z"
                  reason: "Ready"
                  message: ""
            """);
    }

    @Test
    void a_condition_keeps_its_time_until_its_status_changes_also_over_a_restart() {
        var cluster = folder.start(InstantSource.fixed(NOON));
        Await.result(cluster.write(TestResults.of("db", "False")));
        folder.stop();

        cluster = folder.start(InstantSource.fixed(NOON.plusSeconds(60)));
        Await.result(cluster.write(TestResults.of("db", "False")));
        assertThat(folder.read(EXPORTS)).contains("status: \"False\"", "lastTransitionTime: \"2036-01-01T12:00:00Z\"");

        Await.result(cluster.write(TestResults.of("db", "True")));
        assertThat(folder.read(EXPORTS)).contains("status: \"True\"", "lastTransitionTime: \"2036-01-01T12:01:00Z\"");
    }

    @Test
    void an_import_has_the_same_address_after_a_restart_even_without_its_status_file() {
        var cluster = folder.start();
        Await.result(cluster.write(TestResults.of("db")));
        folder.stop();
        folder.delete(IMPORTS);

        folder.start();

        folder.awaitView(view -> assertThat(view.imports())
                .isEqualTo(
                        Map.of(DB, new WrittenImport(DB, List.of(InetAddresses.forString("127.66.1.7")), Map.of()))));
    }

    @Test
    void invariant_1_a_held_import_stays_as_it_was_written() {
        var cluster = folder.start();
        Await.result(cluster.write(TestResults.of("db")));
        var written = folder.read(IMPORTS);
        folder.stop();
        cluster = folder.start();

        Await.result(cluster.write(new Results(Map.of(), Set.of(DB), Map.of(), Map.of(), List.of(), Map.of())));
        assertThat(folder.read(IMPORTS)).isEqualTo(written);

        Await.result(cluster.write(new Results(Map.of(), Map.of(), Map.of())));
        assertThat(folder.read(IMPORTS)).doesNotContain("ServiceImport");
    }

    @Test
    void a_crash_between_draft_and_rename_leaves_the_old_results_and_a_damaged_file_is_made_anew() throws IOException {
        var cluster = folder.start();
        Await.result(cluster.write(TestResults.of("db")));
        folder.stop();
        Files.writeString(folder.path("status/.serviceimports.yaml.tmp"), "apiVersion: \"v1\"\nkind: \"Li");
        folder.write(EXPORTS, "items: [");
        folder.write("state/control-plane/exports.yaml", "\0\0\0");

        cluster = folder.start();
        folder.awaitView(view -> assertThat(view.imports()).containsOnlyKeys(DB));
        assertThat(folder.read(IMPORTS)).contains("127.66.1.7");
        Await.result(cluster.write(TestResults.of("db")));

        assertThat(folder.read(EXPORTS)).contains("\"ServiceExport\"");
        Await.result(cluster.write(new Results(Map.of(), Map.of(), Map.of())));
        assertThat(folder.path("status/.serviceimports.yaml.tmp")).doesNotExist();
    }

    @Test
    void results_that_are_the_same_are_not_written_again() throws IOException {
        var cluster = folder.start();
        Await.result(cluster.write(TestResults.of("db")));
        var first = Files.readAttributes(folder.path(IMPORTS), "unix:ino").get("ino");

        Await.result(cluster.write(TestResults.of("db")));

        assertThat(Files.readAttributes(folder.path(IMPORTS), "unix:ino").get("ino"))
                .isEqualTo(first);
    }

    @Test
    void peers_are_shown_with_their_age_which_grows_by_itself() {
        var now = new AtomicReference<>(NOON);
        var cluster = folder.start(now::get);
        var peers = Map.of(
                new ClusterName("kyoto"), new PeerStatus(false, Optional.empty(), "connection refused", 0),
                new ClusterName("osaka"), new PeerStatus(true, Optional.of(NOON.minusSeconds(3)), "", 2));

        Await.result(cluster.write(new Results(Map.of(), Map.of(), peers)));
        assertThat(folder.read("status/peers.yaml")).endsWith("""
            - apiVersion: "sekisho.dev/v1alpha1"
              kind: "Peer"
              metadata:
                name: "kyoto"
              status:
                connected: false
                exports: 0
                problem: "connection refused"
            - apiVersion: "sekisho.dev/v1alpha1"
              kind: "Peer"
              metadata:
                name: "osaka"
              status:
                connected: true
                lastHeardAt: "2036-01-01T11:59:57Z"
                age: "3s"
                exports: 2
            """);

        now.set(NOON.plusSeconds(200));
        Await.until(() -> assertThat(folder.read("status/peers.yaml")).contains("age: \"3m\""));
    }

    @Test
    void an_export_keeps_the_time_when_it_was_first_seen_over_a_restart_but_not_when_it_is_made_again() {
        folder.write("export.yaml", export("db"));
        folder.start(InstantSource.fixed(NOON));
        folder.awaitView(view -> assertThat(db(view).createdAt()).isEqualTo(NOON));
        folder.stop();

        folder.start(InstantSource.fixed(NOON.plusSeconds(60)));
        folder.awaitView(view -> assertThat(db(view).createdAt()).isEqualTo(NOON));

        folder.delete("export.yaml");
        folder.awaitView(view -> assertThat(view.exports()).isEmpty());
        folder.write("export.yaml", export("db"));
        folder.awaitView(view -> assertThat(db(view).createdAt()).isEqualTo(NOON.plusSeconds(60)));
    }

    @Test
    void an_export_that_says_when_it_was_created_is_believed() {
        folder.write("export.yaml", """
            apiVersion: multicluster.x-k8s.io/v1alpha1
            kind: ServiceExport
            metadata: {name: db, namespace: shop, creationTimestamp: 2020-02-02T02:02:02Z}
            spec: {exportedLabels: {team: data}}
            status: {conditions: []}
            """);

        folder.start();

        folder.awaitView(view -> {
            assertThat(db(view).createdAt()).isEqualTo(Instant.parse("2020-02-02T02:02:02Z"));
            assertThat(db(view).exportedLabels()).isEqualTo(Map.of("team", "data"));
        });
    }

    @Test
    void results_that_cannot_be_written_fail_the_write_and_views_go_on() throws IOException {
        var cluster = folder.start();
        folder.awaitView(view -> assertThat(view.namespaces()).isEmpty());
        Files.createDirectories(folder.path(IMPORTS));
        folder.write(IMPORTS + "/in-the-way", "");

        assertThat(Await.failure(cluster.write(TestResults.of("db")))).isInstanceOf(IOException.class);
        folder.write("namespaces.yaml", namespace("shop", "gold"));
        folder.awaitView(view -> assertThat(view.namespaces()).containsOnlyKeys("shop"));

        folder.delete(IMPORTS + "/in-the-way");
        folder.delete(IMPORTS);
        Await.result(cluster.write(TestResults.of("db")));
        assertThat(folder.read(IMPORTS)).contains("127.66.1.7");
    }

    @Test
    void a_stopped_cluster_writes_no_more() {
        var cluster = folder.start();
        Await.result(cluster.stop());

        assertThat(Await.failure(cluster.write(TestResults.of("db")))).isInstanceOf(IllegalStateException.class);
    }

    private static ServiceExport db(ClusterView view) {
        return Objects.requireNonNull(view.exports().get(DB), "no export of " + DB);
    }
}
