package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.namespaces;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.podsIn;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.tokyo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The clusters hold pods of the same names, namespaces, labels and addresses; only the cluster tells them apart.
class OtherClustersTest {
    private static final ClusterName NAGOYA = new ClusterName("nagoya");
    private static final List<ClusterName> CLUSTERS = List.of(TOKYO, OSAKA, NAGOYA);

    private final Endpoint.Pod db = pod(TOKYO, "shop/db-0", "role=db");

    private static Endpoint.Pod frontendOf(ClusterName cluster) {
        return pod(cluster, "shop/frontend-0", "role=frontend", "team=shop", "10.0.0.9");
    }

    static Stream<Arguments> peers() {
        var frontend = selector("role=frontend");
        return Stream.of(
                Arguments.of("pod selector alone", pods(frontend), "tokyo"),
                Arguments.of("namespace selector without a cluster", namespaces(selector("team=shop")), "tokyo"),
                Arguments.of("every namespace", namespaces(LabelSelector.EVERYTHING), "tokyo"),
                Arguments.of("cluster by label", cluster(selector("sekisho.dev/cluster=osaka")), "osaka"),
                Arguments.of(
                        "cluster and team by label", cluster(selector("sekisho.dev/cluster=osaka,team=shop")), "osaka"),
                Arguments.of(
                        "cluster by label, another team", cluster(selector("sekisho.dev/cluster=osaka,team=web")), ""),
                Arguments.of("cluster In", cluster(clusterLabel(Operator.IN, "osaka", "nagoya")), "osaka,nagoya"),
                Arguments.of("own cluster In", cluster(clusterLabel(Operator.IN, "tokyo")), "tokyo"),
                Arguments.of("cluster NotIn", cluster(clusterLabel(Operator.NOT_IN, "osaka")), "tokyo,nagoya"),
                Arguments.of("cluster Exists", cluster(clusterLabel(Operator.EXISTS)), "tokyo,osaka,nagoya"),
                Arguments.of("cluster DoesNotExist", cluster(clusterLabel(Operator.DOES_NOT_EXIST)), ""),
                Arguments.of(
                        "the cluster key in a pod selector is a pod label like any other",
                        pods(clusterLabel(Operator.EXISTS)),
                        ""),
                Arguments.of(
                        "the cluster named beside a pod selector that does not match",
                        podsIn(clusterLabel(Operator.EXISTS), selector("role=batch")),
                        ""),
                Arguments.of("address block", block("10.0.0.0/8"), "tokyo"));
    }

    private static PeerSelector cluster(LabelSelector namespaces) {
        return podsIn(namespaces, selector("role=frontend"));
    }

    private static LabelSelector clusterLabel(Operator operator, String... clusters) {
        return selector(PolicySet.CLUSTER_LABEL, operator, clusters);
    }

    @ParameterizedTest(name = "{0} matches pods of [{2}]")
    @MethodSource("peers")
    void invariant_3_a_peer_matches_pods_of_exactly_the_clusters_it_names(
            String what, PeerSelector peer, String expected) {
        var ingress = tokyo(ingress("shop/db", "role=db", rule(List.of(peer))));
        var egress = tokyo(egress("shop/db", "role=db", rule(List.of(peer))));

        assertThat(CLUSTERS.stream()
                        .filter(cluster -> ingress.ingress(frontendOf(cluster), db, Transport.TCP, 6379)
                                .isAllowed())
                        .map(ClusterName::value))
                .as("ingress: %s", what)
                .isEqualTo(split(expected));
        assertThat(CLUSTERS.stream()
                        .filter(cluster -> egress.egress(db, frontendOf(cluster), Transport.TCP, 80)
                                .isAllowed())
                        .map(ClusterName::value))
                .as("egress: %s", what)
                .isEqualTo(split(expected));
    }

    private static List<String> split(String clusters) {
        return clusters.isEmpty() ? List.of() : List.of(clusters.split(","));
    }

    @Test
    void a_rule_without_peers_allows_callers_of_every_cluster() {
        var policies = tokyo(ingress("shop/db", "role=db", rule(List.of())));

        assertThat(CLUSTERS)
                .allMatch(cluster -> policies.ingress(frontendOf(cluster), db, Transport.TCP, 1)
                        .isAllowed());
    }

    @Test
    void a_cluster_label_that_a_namespace_claims_for_itself_is_not_believed() {
        var liar = pod(OSAKA, "shop/frontend-0", "role=frontend", "sekisho.dev/cluster=nagoya", "10.0.0.9");
        var forNagoya =
                tokyo(ingress("shop/db", "role=db", rule(List.of(cluster(selector("sekisho.dev/cluster=nagoya"))))));
        var forOsaka =
                tokyo(ingress("shop/db", "role=db", rule(List.of(cluster(selector("sekisho.dev/cluster=osaka"))))));

        assertThat(forNagoya.ingress(liar, db, Transport.TCP, 1).isAllowed()).isFalse();
        assertThat(forOsaka.ingress(liar, db, Transport.TCP, 1).isAllowed()).isTrue();
    }

    @Test
    void the_subject_of_a_policy_is_local_so_a_pod_of_another_cluster_is_not_judged_here() {
        var open = tokyo();

        assertThat(open.ingress(db, frontendOf(OSAKA), Transport.TCP, 1)).isInstanceOf(Verdict.Denied.class);
        assertThat(open.egress(frontendOf(OSAKA), db, Transport.TCP, 1)).isInstanceOf(Verdict.Denied.class);
    }

    @Test
    void nothing_is_concluded_from_namespace_labels_that_another_cluster_did_not_send() {
        var notProduction = new LabelSelector(
                Map.of(PolicySet.CLUSTER_LABEL, "osaka"),
                List.of(new Requirement("stage", Operator.NOT_IN, List.of("production"))));
        var policies = tokyo(ingress("shop/db", "role=db", rule(List.of(namespaces(notProduction)))));
        var withLabels = frontendOf(OSAKA);
        var withoutLabels = new Endpoint.Pod(
                OSAKA, withLabels.name(), withLabels.labels(), Map.of(), "default", Optional.empty(), List.of());

        assertThat(policies.ingress(withLabels, db, Transport.TCP, 1).isAllowed())
                .isTrue();
        assertThat(policies.ingress(withoutLabels, db, Transport.TCP, 1).isAllowed())
                .isFalse();
    }
}
