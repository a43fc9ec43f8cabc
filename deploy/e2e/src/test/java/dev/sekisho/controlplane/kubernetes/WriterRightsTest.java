package dev.sekisho.controlplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.e2e.Await;
import dev.sekisho.e2e.LabCluster;
import dev.sekisho.policy.Direction;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The chart gives the control plane the rights by which it writes, and none too many: without any one of them
/// something
/// cannot be written, the rest is, and which right it was is told.
class WriterRightsTest {
    private static final Path ROOT = Path.of(System.getProperty("sekisho.root"));
    private static final LabCluster CLUSTER = new LabCluster(ROOT);
    private static final Vertx VERTX = Vertx.vertx();
    private static final String ACCOUNT = "writer";
    private static KubernetesClient admin;
    private static KubernetesClient restricted;
    private static List<PolicyRule> granted = List.of();
    private static int namespaces;

    private String namespace = "";

    @BeforeAll
    static void up() throws Exception {
        LabCluster.assumePossible();
        CLUSTER.upWithoutNode();
        CLUSTER.applyDefinitions();
        admin = CLUSTER.client(VERTX);
        granted = grantedByTheChart();
        restricted = CLUSTER.client(VERTX, CLUSTER.configOf(ACCOUNT, json(granted)));
    }

    private static List<PolicyRule> grantedByTheChart() throws Exception {
        try (var golden = Files.newInputStream(ROOT.resolve("deploy/helm/golden/default.yaml"))) {
            return admin.load(golden).items().stream()
                    .filter(object -> object instanceof ClusterRole
                            && object.getMetadata().getName().equals("sekisho-control-plane"))
                    .map(ClusterRole.class::cast)
                    .findFirst()
                    .orElseThrow()
                    .getRules();
        }
    }

    /// Without the brackets around it.
    private static String json(List<PolicyRule> rules) {
        var array = admin.getKubernetesSerialization().asJson(rules);
        return array.substring(1, array.length() - 1);
    }

    @AfterAll
    static void down() throws Exception {
        if (restricted != null) {
            restricted.close();
        }
        if (admin != null) {
            admin.close();
        }
        VERTX.close().await();
        CLUSTER.down();
    }

    @BeforeEach
    void freshNamespace() {
        namespace = "rights-" + namespaces++;
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        var export = new ServiceExport();
        export.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName("web").build());
        admin.resource(export).create();
        var peer = new Peer();
        peer.setMetadata(new ObjectMetaBuilder().withName(namespace).build());
        peer.setSpec(new Peer.Spec(Optional.empty(), "-----BEGIN CERTIFICATE-----"));
        admin.resource(peer).create();
    }

    private KubernetesWriter newWriter() {
        return new KubernetesWriter(
                restricted,
                new Installation("sekisho-system", "sekisho"),
                new ListedObjects(admin),
                "leader-0",
                InstantSource.system());
    }

    private TestResults results() {
        return new TestResults(namespace);
    }

    private void write(KubernetesWriter writer, TestResults results) {
        writer.write(results.build(), results.view()).await();
    }

    /// Everything that can be written is; then all that can be deleted.
    private void writeEverything() {
        var writer = newWriter();
        var all = results()
                .clusterSetIp("db", TestResults.ips("10.96.7.7"))
                .headless("cache")
                .exported("web", new Condition("Valid", "False", "NoService", "There is no Service."))
                .peer(namespace, new PeerStatus(true, Optional.empty(), "", 0))
                .pass("sekisho-allow-ingress-db", Direction.INGRESS);
        write(writer, all);
        write(writer, results());
    }

    private void allowOnly(List<PolicyRule> rules) throws Exception {
        CLUSTER.allow(ACCOUNT, json(rules));
    }

    @Test
    void the_chart_grants_what_is_needed() throws Exception {
        allowOnly(granted);
        awaitAllowed("events.k8s.io", "events", "", "create", true);

        writeEverything();

        assertThat(admin.services().inNamespace(namespace).list().getItems()).isEmpty();
        assertThat(admin.events().v1().events().inNamespace(namespace).list().getItems())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'', services, '', get create patch delete",
        "multicluster.x-k8s.io, serviceimports, '', get create patch delete",
        "discovery.k8s.io, endpointslices, '', get create patch delete",
        "networking.k8s.io, networkpolicies, '', get create patch delete",
        "multicluster.x-k8s.io, serviceexports, status, patch",
        "multicluster.x-k8s.io, serviceimports, status, patch",
        "sekisho.dev, peers, status, patch",
        "events.k8s.io, events, '', create",
        "rbac.authorization.k8s.io, clusterroles, '', get",
    })
    void without_a_right_something_is_not_written_and_it_is_told(
            String group, String resource, String subresource, String verbs) throws Exception {
        var full = subresource.isEmpty() ? resource : resource + "/" + subresource;
        assertThat(writeVerbs(group, full)).containsExactlyInAnyOrderElementsOf(withoutReading(verbs));
        for (var verb : verbs.split(" ", -1)) {
            freshNamespace();
            allowOnly(without(group, full, verb));
            awaitAllowed(group, resource, subresource, verb, false);

            assertThatThrownBy(this::writeEverything)
                    .as("%s of %s", verb, full)
                    .hasMessageContaining("cannot " + verb + " resource \"" + full + "\"");
        }
    }

    /// Of what the chart grants, that which is no reading.
    private static List<String> writeVerbs(String group, String resource) {
        return withoutReading(String.join(
                " ",
                granted.stream()
                        .filter(rule -> rule.getApiGroups().contains(group)
                                && rule.getResources().contains(resource))
                        .flatMap(rule -> rule.getVerbs().stream())
                        .toList()));
    }

    private static List<String> withoutReading(String verbs) {
        return List.of(verbs.split(" ", -1)).stream()
                .filter(verb -> !List.of("get", "list", "watch").contains(verb))
                .toList();
    }

    private static List<PolicyRule> without(String group, String resource, String verb) {
        var rules = new ArrayList<PolicyRule>();
        for (var rule : granted) {
            if (!rule.getApiGroups().contains(group) || !rule.getResources().contains(resource)) {
                rules.add(rule);
                continue;
            }
            var others = new ArrayList<>(rule.getResources());
            others.remove(resource);
            if (!others.isEmpty()) {
                rules.add(new PolicyRuleBuilder(rule).withResources(others).build());
            }
            var verbs = new ArrayList<>(rule.getVerbs());
            verbs.remove(verb);
            if (!verbs.isEmpty()) {
                rules.add(new PolicyRuleBuilder(rule)
                        .withResources(resource)
                        .withVerbs(verbs)
                        .build());
            }
        }
        return rules;
    }

    @Test
    void what_may_not_be_written_stops_nothing_else() throws Exception {
        allowOnly(without("networking.k8s.io", "networkpolicies", "patch"));
        awaitAllowed("networking.k8s.io", "networkpolicies", "", "patch", false);

        assertThatThrownBy(() -> write(
                        newWriter(), results().headless("cache").pass("sekisho-allow-ingress-db", Direction.INGRESS)))
                .hasMessageContaining("NetworkPolicy " + namespace + "/sekisho-allow-ingress-db: ")
                .hasMessageContaining("cannot patch resource \"networkpolicies\"");

        assertThat(admin.resources(ServiceImport.class)
                        .inNamespace(namespace)
                        .withName("cache")
                        .require()
                        .getStatus()
                        .clusters())
                .hasSize(1);
    }

    /// The API server goes by new rights a moment after it has got them.
    private static void awaitAllowed(String group, String resource, String subresource, String verb, boolean allowed) {
        var question = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withGroup(group)
                .withResource(resource)
                .withSubresource(subresource)
                .withName(resource.equals("clusterroles") ? "sekisho-control-plane" : "x")
                .withNamespace(resource.equals("clusterroles") || resource.equals("peers") ? "" : "default")
                .withVerb(verb)
                .endResourceAttributes()
                .endSpec()
                .build();
        Await.holds(
                Duration.ofSeconds(30),
                verb + " of " + resource,
                () -> assertThat(restricted
                                .authorization()
                                .v1()
                                .selfSubjectAccessReview()
                                .create(question)
                                .getStatus()
                                .getAllowed())
                        .isEqualTo(allowed));
    }
}
