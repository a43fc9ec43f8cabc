package dev.sekisho.controlplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyName;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An API server that holds objects which do not fit their types: its schema is another than ours.
class MisfitObjectsTest {
    private static final Installation HOME = new Installation("sekisho-system", "sekisho");
    private static final String GOOD_POD = """
            {"metadata": {"namespace": "shop", "name": "good", "uid": "1", "resourceVersion": "1"},
             "spec": {"containers": [{"name": "web"}]}, "status": {"phase": "Running", "podIP": "10.244.0.5"}}""";
    private static final String MISFIT_POD = """
            {"metadata": {"namespace": "shop", "name": "misfit", "uid": "2", "resourceVersion": "1",
              "labels": {"app": "web"}},
             "spec": {"containers": "none"}, "status": {"phase": "Running", "podIP": "10.244.0.6"}}""";
    private static final String MISFIT_POLICY = """
            {"metadata": {"namespace": "shop", "name": "closed", "uid": "3", "resourceVersion": "1"},
             "spec": {"podSelector": "everything"}}""";
    private static final String MISFIT_EXPORT = """
            {"metadata": {"namespace": "shop", "name": "db", "uid": "4", "resourceVersion": "1"},
             "spec": {"exportedLabels": "all"}}""";
    private static final String MISFIT_PEER = """
            {"metadata": {"name": "osaka", "uid": "5", "resourceVersion": "1"},
             "spec": {"endpoint": ["osaka.example:7443"], "caBundle": ""}, "status": {"connected": "yes"}}""";

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, String> lists = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<ServerWebSocket>> watches = new ConcurrentHashMap<>();
    private final BlockingQueue<ClusterView> views = new LinkedBlockingQueue<>();
    private HttpServer server = vertx.createHttpServer();
    private Optional<KubernetesClient> client = Optional.empty();
    private Optional<ClusterWatch> watch = Optional.empty();

    @BeforeEach
    void listen() {
        server = vertx.createHttpServer()
                .webSocketHandler(socket -> watch(plural(socket.path())).complete(socket))
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "application/json")
                        .end("{\"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [%s]}"
                                .formatted(lists.getOrDefault(plural(String.valueOf(request.path())), ""))))
                .listen(0, "127.0.0.1")
                .await();
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.actualPort())
                .build();
        client = Optional.of(ApiServerClient.of(config, vertx));
    }

    @AfterEach
    void close() {
        watch.ifPresent(started -> started.stop().await());
        client.ifPresent(KubernetesClient::close);
        vertx.close().await();
    }

    private ClusterWatch start() {
        var started = new ClusterWatch(client.orElseThrow(), HOME);
        watch = Optional.of(started);
        started.start(views::add, () -> {});
        return started;
    }

    private CompletableFuture<ServerWebSocket> watch(String plural) {
        return watches.computeIfAbsent(plural, _ -> new CompletableFuture<>());
    }

    private static String plural(String path) {
        // Those of our own namespace are the gateway pods.
        return path.contains("/namespaces/") ? "gateway pods" : path.substring(path.lastIndexOf('/') + 1);
    }

    private ClusterView view(Predicate<ClusterView> wanted) throws InterruptedException {
        var last = views.poll(30, TimeUnit.SECONDS);
        while (last != null && !wanted.test(last)) {
            last = views.poll(30, TimeUnit.SECONDS);
        }
        return Optional.ofNullable(last).orElseThrow(() -> new AssertionError("such a view never came"));
    }

    @Test
    void one_object_that_does_not_fit_its_type_does_not_fail_the_list_of_its_kind() throws Exception {
        lists.put("pods", MISFIT_POD + "," + GOOD_POD);
        lists.put("networkpolicies", MISFIT_POLICY);
        lists.put("serviceexports", MISFIT_EXPORT);
        lists.put("peers", MISFIT_PEER);

        var started = start();

        var view = view(_ -> true);
        assertThat(view.pods()).containsOnlyKeys(new PodName("shop", "good"));
        assertThat(view.policies()).containsExactly(Policy.closed(new PolicyName("shop", "closed")));
        assertThat(started.passedOver().map(each -> each.key() + ": " + each.what()))
                .anyMatch(told -> told.startsWith("Pod shop/misfit: ") && told.contains("spec.containers"))
                .anyMatch(told -> told.startsWith("NetworkPolicy shop/closed: ") && told.contains("spec.podSelector"))
                .anyMatch(told -> told.startsWith("ServiceExport shop/db: ") && told.contains("spec.exportedLabels"))
                .anyMatch(told -> told.startsWith("Peer osaka: ") && told.contains("spec.endpoint"))
                .hasSize(4);
        assertThat(started.export(new ServiceName("shop", "db"))).isPresent();
        assertThat(started.peer(new ClusterName("osaka"))).isPresent();
    }

    @Test
    void one_object_that_does_not_fit_its_type_does_not_end_the_watch_of_its_kind() throws Exception {
        var started = start();
        view(_ -> true);
        var pods = watch("pods").get(30, TimeUnit.SECONDS);

        pods.writeTextMessage(event(MISFIT_POD));
        pods.writeTextMessage(event(GOOD_POD));

        assertThat(view(now -> !now.pods().isEmpty()).pods()).containsOnlyKeys(new PodName("shop", "good"));
        assertThat(started.passedOver())
                .singleElement()
                .satisfies(each -> assertThat(each.key()).hasToString("Pod shop/misfit"));

        pods.writeTextMessage(event(GOOD_POD.replace("good", "misfit").replace("\"1\"", "\"2\"")));

        view(now -> now.pods().size() == 2);
        assertThat(started.passedOver()).isEmpty();
    }

    private static String event(String pod) {
        return "{\"type\": \"MODIFIED\", \"object\": {\"apiVersion\": \"v1\", \"kind\": \"Pod\", %s}"
                .formatted(pod.strip().substring(1));
    }

    @Test
    void an_export_and_a_peer_that_are_passed_over_say_so_in_their_status() {
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName("db").build());
        var peer = new Peer();
        peer.setMetadata(new ObjectMetaBuilder().withName("osaka").build());

        var results = PassedOver.addTo(
                new Results(Map.of(), Map.of(), Map.of()),
                List.of(new PassedOver(export, "spec.exportedLabels"), new PassedOver(peer, "spec.endpoint")));

        assertThat(results.exportConditions().get(new ServiceName("shop", "db")))
                .extracting(Condition::type, Condition::status, Condition::message)
                .containsExactly(
                        tuple("Valid", "False", "spec.exportedLabels"), tuple("Ready", "False", "spec.exportedLabels"));
        assertThat(results.peers())
                .hasEntrySatisfying(
                        new ClusterName("osaka"),
                        status -> assertThat(status.problem()).isEqualTo("spec.endpoint"));
    }
}
