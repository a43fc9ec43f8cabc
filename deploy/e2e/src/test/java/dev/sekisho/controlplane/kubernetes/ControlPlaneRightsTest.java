package dev.sekisho.controlplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kubernetes.home.ClusterIdentity;
import dev.sekisho.controlplane.kubernetes.home.HomeRound;
import dev.sekisho.controlplane.kubernetes.write.KubernetesWriter;
import dev.sekisho.controlplane.kubernetes.write.LeavingServices;
import dev.sekisho.controlplane.kubernetes.write.ListedObjects;
import dev.sekisho.controlplane.kubernetes.write.TestResults;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.e2e.ApiServer;
import dev.sekisho.e2e.Await;
import dev.sekisho.e2e.OnRealKubernetes;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.policy.Direction;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart gives the control plane the rights that it needs, and none too many: without any one of them something
/// cannot be done, the rest is, and which right it was is told. A right that is given later is tried likewise.
@OnRealKubernetes
class ControlPlaneRightsTest {
    @RegisterExtension
    static final ApiServer API = ApiServer.plain();

    private static final Path ROOT = Path.of(System.getProperty("sekisho.root"));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// It is the user's to install, and not watched where it is missing.
    private static final String CLUSTER_NETWORK_POLICIES = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: clusternetworkpolicies.policy.networking.k8s.io
              annotations: {api-approved.kubernetes.io: unapproved}
            spec:
              group: policy.networking.k8s.io
              scope: Cluster
              names: {kind: ClusterNetworkPolicy, plural: clusternetworkpolicies}
              versions:
                - name: v1alpha2
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;
    private static LimitedAccounts accounts;
    private static List<Right> granted = List.of();
    private static String ca = "";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T12:00:00Z"));
    private final KubernetesClient admin = API.client();
    private final String namespace = API.newNamespace();

    @BeforeAll
    static void prepare() throws Exception {
        var admin = API.client();
        var config = API.cluster().config();
        ca = new String(Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.US_ASCII);
        admin.load(new ByteArrayInputStream(CLUSTER_NETWORK_POLICIES.getBytes(StandardCharsets.UTF_8)))
                .create();
        API.cluster().applyDefinitions();
        accounts = new LimitedAccounts(API.cluster(), API.vertx(), admin, config);
        granted = Right.granted(admin, ROOT.resolve("deploy/helm/golden/default.yaml"), "sekisho-control-plane");
    }

    @BeforeEach
    void createExportAndPeer() {
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName("web").build());
        admin.resource(export).create();
        var peer = new Peer();
        peer.setMetadata(new ObjectMetaBuilder().withName(namespace).build());
        peer.setSpec(new Peer.Spec(Optional.empty(), ca));
        admin.resource(peer).create();
    }

    private KubernetesClient client(List<Right> rights) {
        var config = accounts.allowedOnly(rights, namespace);
        config.setWatchReconnectInterval(200);
        return API.cluster().client(API.vertx(), config);
    }

    private KubernetesClient clientWithout(Right missing) {
        return client(granted.stream().filter(right -> !right.equals(missing)).toList());
    }

    private Installation installation() {
        return new Installation(namespace, "sekisho");
    }

    private static Stream<Right> inCluster(List<String> verbs, boolean these) {
        return granted.stream().filter(right -> !right.home() && verbs.contains(right.verb()) == these);
    }

    static Stream<Right> listing() {
        return inCluster(List.of("list"), true);
    }

    static Stream<Right> watching() {
        return inCluster(List.of("watch"), true);
    }

    static Stream<Right> writing() {
        return inCluster(List.of("list", "watch"), false);
    }

    static Stream<Right> atHome() {
        return granted.stream().filter(Right::home);
    }

    @Test
    void with_all_of_them_everything_is_done() throws Exception {
        try (var client = client(granted);
                var told = LogLines.captured();
                var follower = new Follower(client)) {
            follower.awaitView();
            writeEverything(client);

            assertThat(HomeRound.failures(client, installation())).isEmpty();
            assertThat(admin.services().inNamespace(namespace).list().getItems())
                    .isEmpty();
            assertThat(API.toldBySekisho())
                    .filteredOn(event -> event.getMetadata().getNamespace().equals(namespace))
                    .hasSize(1);
            assertThat(told.warnings("")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("listing")
    void what_may_not_be_listed_is_waited_for_by_its_name_and_nothing_else_is(Right missing) throws Exception {
        try (var client = clientWithout(missing);
                var follower = new Follower(client)) {
            Await.holds(
                    PATIENCE,
                    "only " + missing.resource() + " are missing",
                    () -> assertThat(follower.watch.waitingFor())
                            .isNotEmpty()
                            .allMatch(missing::isRefusedBy)
                            .allMatch(waiting -> waiting.startsWith(missing.resource() + ": ")
                                    || waiting.startsWith("gateway " + missing.resource() + ": ")));
            assertThat(follower.views).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("watching")
    void what_may_not_be_watched_is_told_by_its_name_and_nothing_else_is(Right missing) throws Exception {
        try (var client = clientWithout(missing);
                var told = LogLines.captured();
                var follower = new Follower(client)) {
            Await.holds(
                    PATIENCE,
                    "it is told",
                    () -> assertThat(told.warnings("cannot be watched")).anyMatch(missing::isRefusedBy));
            follower.awaitView();
            assertThat(told.warnings("cannot be watched"))
                    .allMatch(missing::isRefusedBy)
                    .allMatch(line -> line.contains("kind=\"" + missing.resource() + "\"")
                            || line.contains("kind=\"gateway " + missing.resource() + "\""));
        }
    }

    @ParameterizedTest
    @MethodSource("writing")
    void without_a_right_something_is_not_written_and_it_is_told(Right missing) {
        try (var client = clientWithout(missing)) {
            assertThatThrownBy(() -> writeEverything(client))
                    .satisfies(failure -> assertThat(missing.isRefusedBy(String.valueOf(failure.getMessage())))
                            .as("%s", failure.getMessage())
                            .isTrue());
        }
    }

    @ParameterizedTest
    @MethodSource("atHome")
    void without_a_right_something_is_not_done_in_its_own_namespace_and_it_is_told(Right missing) {
        try (var client = clientWithout(missing)) {
            assertThat(HomeRound.failures(client, installation())).isNotEmpty().allMatch(missing::isRefusedBy);
        }
    }

    @Test
    void what_may_not_be_written_stops_nothing_else() {
        var missing = new Right("networking.k8s.io", "networkpolicies", "", "patch", false);
        assertThat(granted).contains(missing);
        try (var client = clientWithout(missing)) {
            assertThatThrownBy(() -> write(
                            writer(client),
                            results().headless("cache").pass("sekisho-allow-ingress-db", Direction.INGRESS)))
                    .hasMessageContaining("NetworkPolicy " + namespace + "/sekisho-allow-ingress-db: ")
                    .hasMessageContaining("cannot patch resource \"networkpolicies\"");
        }

        assertThat(admin.resources(ServiceImport.class)
                        .inNamespace(namespace)
                        .withName("cache")
                        .require()
                        .getStatus()
                        .clusters())
                .hasSize(1);
    }

    private final class Follower implements AutoCloseable {
        private final List<ClusterView> views = new CopyOnWriteArrayList<>();
        private final ClusterWatch watch;

        Follower(KubernetesClient client) {
            watch = new ClusterWatch(client, installation());
            watch.start(views::add, () -> {});
        }

        void awaitView() {
            Await.holds(PATIENCE, "a view", () -> assertThat(views).isNotEmpty());
        }

        @Override
        public void close() {
            watch.stop().await();
        }
    }

    private KubernetesWriter writer(KubernetesClient client) {
        return new KubernetesWriter(client, installation(), new ListedObjects(admin), "leader-0", now::get);
    }

    private TestResults results() {
        return new TestResults(namespace);
    }

    private void write(KubernetesWriter writer, TestResults results) {
        writer.write(results.build(), results.view()).await();
    }

    /// Finds out which cluster it is, writes everything that can be written, then deletes all that can be deleted.
    private void writeEverything(KubernetesClient client) throws IOException {
        ClusterIdentity.find(client, Optional.of(new ClusterName("tokyo")), Optional.of(new ClusterSetName("demo")));
        var writer = writer(client);
        var all = results()
                .clusterSetIp("db", TestResults.ips("10.96.7.7"))
                .headless("cache")
                .exported("web", new Condition("Valid", "False", "NoService", "There is no Service."))
                .peer(namespace, new PeerStatus(true, Optional.empty(), "", 0))
                .pass("sekisho-allow-ingress-db", Direction.INGRESS);
        write(writer, all);
        // A Service goes some time after its endpoints.
        write(writer, results());
        write(writer, results());
        now.set(now.get().plus(LeavingServices.STAY));
        write(writer, results());
    }
}
