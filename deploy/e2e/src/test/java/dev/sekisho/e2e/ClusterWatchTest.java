package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.kubernetes.ClusterWatch;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is seen of a cluster, by a real API server and whatever becomes of it.
@OnRealKubernetes
class ClusterWatchTest {
    @RegisterExtension
    static final ApiServer API = ApiServer.withDefinitions();

    private static final LabCluster CLUSTER = API.cluster();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ALL_BUT_PODS = """
            {apiGroups: [''], resources: [namespaces, nodes, services], verbs: [list, watch]},
            {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]},
            {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [list, watch]},
            {apiGroups: [multicluster.x-k8s.io], resources: [serviceexports, serviceimports], verbs: [list, watch]},
            {apiGroups: [sekisho.dev], resources: [peers, clustersetnetworkpolicies], verbs: [list, watch]},
            {apiGroups: [policy.networking.k8s.io], resources: [clusternetworkpolicies], verbs: [list, watch]}""";

    private final String namespace = API.newNamespace();

    /// Follows the cluster; keeps every view.
    private final class Follower implements AutoCloseable {
        private final List<ClusterView> views = new CopyOnWriteArrayList<>();
        private final AtomicInteger ownChanges = new AtomicInteger();
        private final KubernetesClient by;
        private final ClusterWatch watch;

        Follower(Config config) {
            config.setWatchReconnectInterval(200);
            by = CLUSTER.client(API.vertx(), config);
            watch = new ClusterWatch(by, new Installation(namespace, "sekisho"));
            watch.start(views::add, ownChanges::incrementAndGet);
        }

        void sees(String what, Predicate<ClusterView> state) {
            Await.holds(
                    PATIENCE,
                    what,
                    () -> assertThat(latest())
                            .matches(view -> view.filter(state).isPresent()));
        }

        Optional<ClusterView> latest() {
            return views.isEmpty() ? Optional.empty() : Optional.of(views.getLast());
        }

        @Override
        public void close() {
            watch.stop().await();
            by.close();
        }
    }

    private ServiceName named(String name) {
        return new ServiceName(namespace, name);
    }

    private void apply(String kind, String name, String rest) throws Exception {
        CLUSTER.kubectlReading(
                        "{apiVersion: " + kind.replace(" ", ", kind: ") + ", metadata: {name: " + name + "}" + rest
                                + "}",
                        "apply",
                        "-n",
                        namespace,
                        "-f",
                        "-")
                .succeeds();
    }

    private void service(String name, int port) throws Exception {
        apply("v1 Service", name, ", spec: {ports: [{port: " + port + "}]}");
    }

    private void delete(String kind, String name) throws Exception {
        CLUSTER.kubectl("delete", "-n", namespace, kind, name).succeeds();
    }

    @Test
    void what_users_write_appears_changes_and_disappears() throws Exception {
        try (var follower = new Follower(CLUSTER.config())) {
            service("db", 6379);
            apply("multicluster.x-k8s.io/v1beta1 ServiceExport", "db", ", spec: {exportedLabels: {tier: data}}");
            apply("networking.k8s.io/v1 NetworkPolicy", "closed", ", spec: {podSelector: {}}");
            apply(
                    "discovery.k8s.io/v1 EndpointSlice",
                    "db-1",
                    ", addressType: IPv4, ports: [{port: 6379}], endpoints: [{addresses: [10.244.0.9]}]");
            CLUSTER.kubectl("label", "-n", namespace, "endpointslice", "db-1", "kubernetes.io/service-name=db")
                    .succeeds();
            apply("sekisho.dev/v1alpha1 Peer", "nara", ", spec: {caBundle: \"" + pem() + "\"}");

            follower.sees(
                    "all of them",
                    view -> view.services().containsKey(named("db"))
                            && view.namespaces().containsKey(namespace)
                            && view.endpointSlices().containsKey(named("db"))
                            && view.exports().values().stream()
                                    .anyMatch(export -> export.exportedLabels().containsKey("tier"))
                            && view.policies().stream()
                                    .anyMatch(
                                            policy -> policy.name().namespace().equals(namespace))
                            && view.peers().containsKey(new ClusterName("nara")));
            assertThat(follower.watch.waitingFor()).isEmpty();
            assertThat(follower.watch.export(named("db")))
                    .hasValueSatisfying(
                            export -> assertThat(export.getMetadata().getUid()).isNotEmpty());

            service("db", 6380);
            follower.sees(
                    "the other port",
                    view -> view.services().values().stream()
                            .flatMap(service -> service.ports().stream())
                            .anyMatch(port -> port.number() == 6380));

            delete("serviceexport", "db");
            delete("service", "db");
            delete("networkpolicy", "closed");
            delete("peer", "nara");
            follower.sees(
                    "that they are gone",
                    view -> !view.exports().containsKey(named("db"))
                            && !view.services().containsKey(named("db"))
                            && view.policies().stream()
                                    .noneMatch(
                                            policy -> policy.name().namespace().equals(namespace))
                            && view.peers().isEmpty());
        }
    }

    private static String pem() throws Exception {
        return new String(Base64.getDecoder().decode(CLUSTER.config().getCaCertData()), StandardCharsets.US_ASCII)
                .replace("\n", "\\n");
    }

    @Test
    void pods_are_seen_with_their_addresses_and_news_of_nothing_is_no_news() throws Exception {
        CLUSTER.kubectl("create", "-n", namespace, "serviceaccount", "default").succeeds();
        apply("v1 Pod", "web", ", spec: {containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}");
        try (var follower = new Follower(CLUSTER.config())) {
            var web = new PodName(namespace, "web");
            status("web", "{phase: Running, podIP: 10.244.0.5, podIPs: [{ip: 10.244.0.5}]}");
            follower.sees("its address", view -> addresses(view, web) == 1);
            var before = follower.latest().orElseThrow();

            status("web", "{message: still here}");
            service("afterwards", 80);
            follower.sees("what came afterwards", view -> view.services().containsKey(named("afterwards")));

            assertThat(follower.latest().orElseThrow().pods()).isSameAs(before.pods());
            status("web", "{phase: Succeeded}");
            follower.sees("that it has ended", view -> addresses(view, web) == 0);
        }
    }

    private static long addresses(ClusterView view, PodName pod) {
        return Optional.ofNullable(view.pods().get(pod))
                .orElseThrow()
                .addresses()
                .size();
    }

    private void status(String pod, String status) throws Exception {
        CLUSTER.kubectl(
                        "patch",
                        "-n",
                        namespace,
                        "pod",
                        pod,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "status: " + status)
                .succeeds();
    }

    @Test
    void gateways_are_those_of_our_namespace_and_what_is_ours_is_told_to_whoever_writes_it() throws Exception {
        CLUSTER.kubectl("create", "-n", namespace, "serviceaccount", "default").succeeds();
        apply("v1 Pod", "gateway", ", spec: {containers: [{name: gateway, image: gateway}]}");
        CLUSTER.kubectl(
                        "label",
                        "-n",
                        namespace,
                        "pod",
                        "gateway",
                        "app.kubernetes.io/name=sekisho",
                        "app.kubernetes.io/component=gateway")
                .succeeds();
        try (var follower = new Follower(CLUSTER.config())) {
            status(
                    "gateway",
                    "{podIP: 10.244.0.7, podIPs: [{ip: 10.244.0.7}], conditions: [{type: Ready, status: 'True'}]}");
            follower.sees("the gateway", view -> view.gateways().size() == 1);

            service("ours", 80);
            CLUSTER.kubectl("label", "-n", namespace, "service", "ours", "app.kubernetes.io/managed-by=sekisho.dev")
                    .succeeds();
            Await.holds(
                    PATIENCE,
                    "ours",
                    () -> assertThat(follower.watch.ours(Service.class))
                            .singleElement()
                            .satisfies(ours ->
                                    assertThat(ours.getMetadata().getName()).isEqualTo("ours")));
            var told = follower.ownChanges.get();

            delete("service", "ours");

            Await.holds(
                    PATIENCE,
                    "that it is gone",
                    () -> assertThat(follower.ownChanges).hasValueGreaterThan(told));
            assertThat(follower.watch.ours(Service.class)).isEmpty();
        }
    }

    @Test
    void invariant_1_nothing_is_withdrawn_when_the_api_server_goes_and_comes() throws Exception {
        service("db", 6379);
        try (var follower = new Follower(CLUSTER.config())) {
            follower.sees("the service", view -> view.services().containsKey(named("db")));

            CLUSTER.restart("kube-apiserver");
            service("afterwards", 80);

            follower.sees("what came afterwards", view -> view.services().containsKey(named("afterwards")));
            assertThat(follower.views)
                    .allMatch(view -> view.services().containsKey(named("db")))
                    .allMatch(view -> view.namespaces().containsKey(namespace));
            assertThat(follower.watch.waitingFor()).isEmpty();
        }
    }

    @Test
    void what_was_deleted_while_nothing_was_heard_is_noticed_when_the_api_server_has_forgotten_it() throws Exception {
        service("kept", 6379);
        service("deleted", 6379);
        var config = CLUSTER.config();
        try (var relay = new CutRelay(API.vertx(), URI.create(config.getMasterUrl()))) {
            config.setMasterUrl(relay.url());
            config.setTrustCerts(true);
            try (var follower = new Follower(config)) {
                follower.sees("both", view -> view.services().containsKey(named("deleted")));

                relay.cut();
                delete("service", "deleted");
                service("made", 80);
                CLUSTER.compact();
                CLUSTER.restart("kube-apiserver");
                relay.mend();

                follower.sees(
                        "what happened",
                        view -> view.services().containsKey(named("made"))
                                && !view.services().containsKey(named("deleted")));
                assertThat(follower.views).allMatch(view -> view.services().containsKey(named("kept")));
            }
        }
    }

    @Test
    void invariant_1_nothing_is_withdrawn_while_the_api_server_does_not_answer() throws Exception {
        service("db", 6379);
        var config = impatient();
        try (var relay = relay(config);
                var follower = new Follower(config)) {
            follower.sees("the service", view -> view.services().containsKey(named("db")));
            relay.cut();
            relay.stall();
            Await.holds(
                    PATIENCE,
                    "it is tried again",
                    () -> assertThat(relay.unanswered()).isPositive());
            service("db", 6380);
            service("made", 80);

            relay.mend();

            follower.sees("what was made", view -> view.services().containsKey(named("made")));
            follower.sees(
                    "the other port",
                    view -> view.services().values().stream()
                            .flatMap(service -> service.ports().stream())
                            .anyMatch(port -> port.number() == 6380));
            assertThat(follower.views)
                    .allMatch(view -> view.services().containsKey(named("db")))
                    .allMatch(view -> view.namespaces().containsKey(namespace));
            assertThat(follower.watch.waitingFor()).isEmpty();
        }
    }

    @Test
    void each_watch_is_named_while_the_api_server_does_not_answer_and_there_is_no_view() throws Exception {
        var config = impatient();
        try (var relay = relay(config)) {
            relay.stall();
            try (var follower = new Follower(config)) {
                Await.holds(
                        PATIENCE,
                        "all say why",
                        () -> assertThat(follower.watch.waitingFor())
                                .hasSize(12)
                                .noneMatch(missing -> missing.contains("has not been read yet")));
                assertThat(follower.views).isEmpty();

                relay.mend();

                follower.sees("everything", view -> view.namespaces().containsKey(namespace));
                assertThat(follower.watch.waitingFor()).isEmpty();
            }
        }
    }

    private static Config impatient() throws Exception {
        var config = CLUSTER.config();
        config.setTrustCerts(true);
        config.setConnectionTimeout(2_000);
        config.setRequestTimeout(2_000);
        return config;
    }

    /// Through which the API server is called from now on.
    private static CutRelay relay(Config config) {
        var relay = new CutRelay(API.vertx(), URI.create(config.getMasterUrl()));
        config.setMasterUrl(relay.url());
        return relay;
    }

    @Test
    void a_watch_that_is_forbidden_is_named_and_there_is_no_view_until_it_is_allowed() throws Exception {
        var config = CLUSTER.configOf("watcher", ALL_BUT_PODS);
        try (var log = LogLines.captured();
                var follower = new Follower(config)) {
            Await.holds(
                    PATIENCE,
                    "only pods are missing",
                    () -> assertThat(follower.watch.waitingFor())
                            .hasSize(2)
                            .allMatch(missing -> missing.contains("pods: pods is forbidden")));
            assertThat(follower.views).isEmpty();

            CLUSTER.allow("watcher", ALL_BUT_PODS + ", {apiGroups: [''], resources: [pods], verbs: [list, watch]}");

            follower.sees("everything", view -> view.namespaces().containsKey(namespace));
            assertThat(follower.watch.waitingFor()).isEmpty();
            assertThat(log.warnings("pods is forbidden")).hasSize(2);
        }
    }

    @Test
    void a_kind_that_the_cluster_does_not_have_is_named() throws Exception {
        CLUSTER.kubectl("delete", "crd", "peers.sekisho.dev").succeeds();
        try (var follower = new Follower(CLUSTER.config())) {
            Await.holds(
                    PATIENCE,
                    "only peers are missing",
                    () -> assertThat(follower.watch.waitingFor())
                            .singleElement()
                            .satisfies(missing -> assertThat(missing)
                                    .startsWith("peers: ")
                                    .contains("its CustomResourceDefinition is missing")));
            assertThat(follower.views).isEmpty();

            CLUSTER.applyDefinitions();

            follower.sees("everything", view -> view.namespaces().containsKey(namespace));
        }
    }
}
