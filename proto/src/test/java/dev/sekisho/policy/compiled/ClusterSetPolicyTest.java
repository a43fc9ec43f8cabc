package dev.sekisho.policy.compiled;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.host;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.codec.PolicyCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Pods of the same namespace, labels, account and address in four clusters; the fourth is a member whose labels are
/// not known.
class ClusterSetPolicyTest {
    private static final List<ClusterName> CLUSTERS =
            List.of(TOKYO, OSAKA, new ClusterName("nagoya"), new ClusterName("kobe"));
    private static final PolicyScope SCOPE = new PolicyScope(
            TOKYO,
            Map.of(
                    TOKYO,
                    Map.of("region", "east", "tier", "gold"),
                    OSAKA,
                    Map.of("region", "west", "sekisho.dev/cluster", "tokyo"),
                    new ClusterName("nagoya"),
                    Map.of("region", "west", "tier", "gold")),
            PolicyMode.ENFORCE,
            Map.of());

    private final Endpoint.Pod db = pod(TOKYO, "shop/db-0", "role=db");

    private static Endpoint.Pod frontendOf(ClusterName cluster, String namespace) {
        return pod(cluster, namespace + "/frontend-0", "role=frontend", "team=" + namespace, "10.0.0.9");
    }

    private static PolicySet allowing(PeerSelector peer) {
        return new PolicySet(
                SCOPE,
                List.of(new NamespacedPolicy(
                        new PolicyName(PolicyKind.CLUSTER_SET_NETWORK_POLICY, "shop", "db"),
                        selector("role=db"),
                        Set.of(Direction.INGRESS, Direction.EGRESS),
                        List.of(new Rule(List.of(peer), List.of())),
                        List.of(new Rule(List.of(peer), List.of())))));
    }

    private static PeerSelector peer(String clusters, String namespaces, String pods, String... accounts) {
        return new PeerSelector.Pods(given(clusters), given(namespaces), given(pods), Set.of(accounts));
    }

    private static PeerSelector in(LabelSelector clusters) {
        return new PeerSelector.Pods(
                Optional.of(clusters), Optional.empty(), Optional.of(LabelSelector.EVERYTHING), Set.of());
    }

    /// `-` for a selector that is absent.
    private static Optional<LabelSelector> given(String labels) {
        return labels.equals("-") ? Optional.empty() : Optional.of(selector(labels));
    }

    /// Callers are written `cluster/namespace`.
    static Stream<Arguments> peers() {
        return Stream.of(
                Arguments.of("no clusterSelector is the local cluster", peer("-", "-", "role=frontend"), "tokyo/shop"),
                Arguments.of(
                        "{} is every member, the local one too, in the policy's namespace",
                        peer("", "-", "role=frontend"),
                        "tokyo/shop osaka/shop nagoya/shop kobe/shop"),
                Arguments.of("by a label", peer("region=west", "-", ""), "osaka/shop nagoya/shop"),
                Arguments.of("by two labels", peer("region=west,tier=gold", "-", ""), "nagoya/shop"),
                Arguments.of("of the local cluster", peer("region=east", "-", ""), "tokyo/shop"),
                Arguments.of(
                        "by the label that every member has, which nobody can claim",
                        peer("sekisho.dev/cluster=osaka", "-", ""),
                        "osaka/shop"),
                Arguments.of(
                        "a label that is claimed to be the cluster's name counts for nothing",
                        peer("sekisho.dev/cluster=tokyo", "-", ""),
                        "tokyo/shop"),
                Arguments.of(
                        "NotIn: what is not known of a member is not concluded",
                        in(selector("tier", Operator.NOT_IN, "gold")),
                        "osaka/shop"),
                Arguments.of("DoesNotExist: neither", in(selector("tier", Operator.DOES_NOT_EXIST)), "osaka/shop"),
                Arguments.of("Exists", in(selector("tier", Operator.EXISTS)), "tokyo/shop nagoya/shop"),
                Arguments.of(
                        "beside a namespaceSelector", peer("region=west", "team=web", "-"), "osaka/web nagoya/web"),
                Arguments.of(
                        "a namespaceSelector that names a cluster means it here too",
                        peer("-", "sekisho.dev/cluster=osaka", "-"),
                        "osaka/shop osaka/web"),
                Arguments.of("both must hold", peer("region=east", "sekisho.dev/cluster=osaka", "-"), ""),
                Arguments.of(
                        "beside an ipBlock: addresses of those clusters",
                        new PeerSelector.Block(
                                Cidr.parse("10.0.0.0/8"), List.of(), Optional.of(selector("region=west"))),
                        "osaka/shop osaka/web nagoya/shop nagoya/web"),
                Arguments.of(
                        "an ipBlock without it: of the local cluster",
                        new PeerSelector.Block(Cidr.parse("10.0.0.0/8"), List.of()),
                        "tokyo/shop tokyo/web"),
                Arguments.of("service account", peer("-", "-", "-", "default"), "tokyo/shop"),
                Arguments.of("one of several", peer("-", "-", "-", "robot", "default"), "tokyo/shop"),
                Arguments.of("another one", peer("", "", "-", "robot"), ""),
                Arguments.of(
                        "service account of other namespaces and clusters",
                        peer("region=west", "team=web", "-", "default"),
                        "osaka/web nagoya/web"),
                Arguments.of(
                        "service account and pod labels must both hold", peer("-", "-", "role=db", "default"), ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void a_peer_means_these_callers(String what, PeerSelector peer, String expected) {
        var policies = allowing(peer);
        var allowed = CLUSTERS.stream()
                .flatMap(cluster -> Stream.of("shop", "web").map(namespace -> frontendOf(cluster, namespace)))
                .filter(caller -> policies.ingress(caller, db, Transport.TCP, 1).isAllowed())
                .map(caller -> caller.cluster() + "/" + caller.name().namespace());

        assertThat(allowed).as(what).isEqualTo(expected.isEmpty() ? List.of() : Arrays.asList(expected.split(" ", -1)));
    }

    @Test
    void the_service_account_of_the_pods_behind_a_remote_service_is_not_known() {
        var remote = service(OSAKA, "shop/db", "role=db", new TargetPort(80, ""));

        assertThat(allowing(peer("", "", "-"))
                        .egress(db, remote, Transport.TCP, 80)
                        .isAllowed())
                .isTrue();
        assertThat(allowing(peer("", "", "-", "default"))
                        .egress(db, remote, Transport.TCP, 80)
                        .isAllowed())
                .isFalse();
    }

    @Test
    void who_is_no_known_pod_is_selected_by_address_alone() {
        assertThat(allowing(peer("", "", "-"))
                        .ingress(host("10.0.0.9"), db, Transport.TCP, 1)
                        .isAllowed())
                .isFalse();
        assertThat(allowing(new PeerSelector.Block(
                                Cidr.parse("10.0.0.0/8"), List.of(), Optional.of(LabelSelector.EVERYTHING)))
                        .ingress(host("10.0.0.9"), db, Transport.TCP, 1)
                        .isAllowed())
                .isTrue();
    }

    @Test
    void it_adds_to_what_network_policies_of_the_namespace_allow() {
        var closed = Given.ingress("shop/closed", "");
        var open = allowing(peer("", "-", "")).policies().getFirst();
        var caller = frontendOf(OSAKA, "shop");

        assertThat(new PolicySet(SCOPE, List.of(closed))
                        .ingress(caller, db, Transport.TCP, 1)
                        .isAllowed())
                .isFalse();
        assertThat(new PolicySet(SCOPE, List.of(closed, open)).ingress(caller, db, Transport.TCP, 1))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.by())
                                .hasToString("Optional[ClusterSetNetworkPolicy shop/db rule 0]"));
    }

    @Test
    void a_policy_of_the_other_kind_with_the_same_name_is_another_one() {
        var one = allowing(peer("", "-", "")).policies().getFirst();
        var two = Given.ingress("shop/db", "");

        assertThat(new PolicySet(SCOPE, List.of(one, two)).policies()).hasSize(2);
    }

    @Test
    void the_nearest_miss_tells_cluster_labels_and_service_accounts() {
        var caller = frontendOf(OSAKA, "shop");

        assertThat(allowing(peer("region=east", "-", "")).ingress(caller, db, Transport.TCP, 1))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class,
                        denied -> assertThat(denied.nearestMiss())
                                .isEqualTo(
                                        "ClusterSetNetworkPolicy shop/db ingress rule 0: clusterSelector does not match, the"
                                                + " caller is of cluster osaka, whose cluster label region is 'west', must be east"));
        assertThat(allowing(peer("", "-", "", "robot")).ingress(caller, db, Transport.TCP, 1))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class,
                        denied -> assertThat(denied.nearestMiss())
                                .isEqualTo(
                                        "ClusterSetNetworkPolicy shop/db ingress rule 0: the caller's service account is"
                                                + " 'default', must be robot"));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void the_wire_changes_nothing(String what, PeerSelector peer, String ignored) {
        var policy = (NamespacedPolicy) allowing(peer).policies().getFirst();

        assertThat(PolicyCodec.fromWire(PolicyCodec.toWire(policy))).as(what).isEqualTo(policy);
    }
}
