package dev.sekisho.controlplane.explain;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.containerPort;
import static dev.sekisho.controlplane.clusterset.TestView.ips;
import static dev.sekisho.controlplane.clusterset.TestView.notReady;
import static dev.sekisho.controlplane.clusterset.TestView.ready;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.terminating;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.TestPlan;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.reconcile.FakeLinks;
import dev.sekisho.controlplane.reconcile.Situation;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.tunnel.v1.Caller;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");
    private static final ClusterName OSAKA = new ClusterName("osaka");
    private static final PortKey REDIS = new PortKey(Transport.TCP, 6379);
    private static final PodName FRONTEND = PodName.parse("shop/frontend");

    private static final List<SlicePort> SIXTEEN = List.of(new SlicePort("redis", Transport.TCP, 16379));

    private final FakeLinks links = new FakeLinks();

    private static TestView tokyo() {
        return view().peer("osaka")
                .pod("shop/frontend", Map.of("role", "frontend"), "10.0.0.9")
                .pod("shop/db-0", Map.of("role", "db"), "10.0.0.1", containerPort("redis", 16379))
                .service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 16379)),
                        ready("10.0.0.1", "shop/db-0"));
    }

    /// Only pods with role=frontend of this or that cluster reach role=db.
    private static Policy onlyFrontendOf(String cluster) {
        var peers = new PeerSelector.Pods(
                Optional.of(new LabelSelector(Map.of(PolicySet.CLUSTER_LABEL, cluster), List.of())),
                Optional.of(new LabelSelector(Map.of("role", "frontend"), List.of())));
        return new NamespacedPolicy(
                new PolicyName("shop", "db"),
                new LabelSelector(Map.of("role", "db"), List.of()),
                Set.of(Direction.INGRESS),
                List.of(new Rule(List.of(peers), List.of(new PortSelector.PortRange(Transport.TCP, 16379, 16379)))),
                List.of());
    }

    private static Policy egressTo(String block) {
        return new NamespacedPolicy(
                new PolicyName("shop", "egress-to-" + block.replaceAll("[.:/]+", "-")),
                new LabelSelector(Map.of("role", "frontend"), List.of()),
                Set.of(Direction.EGRESS),
                List.of(),
                List.of(new Rule(
                        List.of(new PeerSelector.Block(Cidr.parse(block), List.of(), Optional.empty())), List.of())));
    }

    private static Policy noEgress() {
        return new NamespacedPolicy(
                new PolicyName("shop", "no-egress"),
                new LabelSelector(Map.of("role", "frontend"), List.of()),
                Set.of(Direction.EGRESS),
                List.of(),
                List.of());
    }

    private Explainer explainer(TestView seen, PeerExports... peers) {
        var view = seen.build();
        var plan = ClusterSetPlan.of(
                TestPlan.rules("tokyo"),
                view,
                Stream.of(peers).collect(Collectors.toMap(PeerExports::peer, Function.identity())),
                Optional.empty());
        var now = new Situation(view, plan, new PolicySet(TOKYO, view.policies()), Map.of());
        return new Explainer(TOKYO, () -> Optional.of(now), links);
    }

    private static Explanation ask(Explainer explainer) {
        return Await.result(explainer.explain("shop/frontend", "shop/db", REDIS).orElseThrow());
    }

    private static ExplainRequest question(String claimedCluster, String role) {
        return ExplainRequest.newBuilder()
                .setCaller(Caller.newBuilder()
                        .setCluster(claimedCluster)
                        .setNamespace("shop")
                        .setPod("frontend")
                        .putPodLabels("role", role))
                .setNamespace("shop")
                .setName("db")
                .setPort(6379)
                .build();
    }

    @Test
    void a_call_within_the_cluster_is_judged_per_pod() {
        var explanation = ask(explainer(tokyo().policy(onlyFrontendOf("tokyo"))));

        assertThat(explanation.allowed()).contains(true);
        assertThat(explanation.clusters().getFirst().ingress().orElseThrow().reasons())
                .singleElement()
                .asString()
                .startsWith("shop/db-0: allowed by shop/db rule 0");
    }

    @Test
    void an_endpoint_that_terminates_takes_the_call_only_while_none_is_ready() {
        var alone = ask(explainer(tokyo().pod("shop/db-1", Map.of("role", "db"), "10.0.0.2")
                .withoutSlices("shop/db")
                .slice("shop/db", SIXTEEN, terminating("10.0.0.1", "shop/db-0"))));
        var replaced = ask(explainer(tokyo().pod("shop/db-1", Map.of("role", "db"), "10.0.0.2")
                .withoutSlices("shop/db")
                .slice("shop/db", SIXTEEN, terminating("10.0.0.1", "shop/db-0"), ready("10.0.0.2", "shop/db-1"))
                .policy(onlyFrontendOf("osaka"))));

        assertThat(alone.allowed()).contains(true);
        assertThat(alone.clusters().getFirst().ingress().orElseThrow().reasons())
                .singleElement()
                .asString()
                .startsWith("shop/db-0 (terminating): allowed");
        assertThat(replaced.allowed()).contains(false);
    }

    @Test
    void while_nothing_is_known_nobody_is_judged() {
        var unread = new Explainer(TOKYO, Optional::empty, links);

        var reply = unread.answer(OSAKA, question("osaka", "frontend"));

        assertThat(unread.explain("shop/frontend", "shop/db", REDIS)).isEmpty();
        assertThat(reply.getAllowed()).isFalse();
        assertThat(reply.getReasons(0)).contains("tokyo has not been read yet");
    }

    @Test
    void each_end_may_be_given_by_its_address() {
        var explainer = explainer(tokyo());

        assertThat(ends(explainer, "10.0.0.9", "shop/db")).isEqualTo("shop/frontend to shop/db");
        assertThat(ends(explainer, "shop/frontend", "10.0.0.1"))
                .as("a pod behind it")
                .isEqualTo("shop/frontend to shop/db");
        assertThat(ends(explainer, "10.0.0.8", "shop/db")).contains("no pod", "10.0.0.8");
        assertThat(ends(explainer, "shop/frontend", "10.0.0.9")).contains("no import", "10.0.0.9");
    }

    private static String ends(Explainer explainer, String from, String to) {
        var explanation = Await.result(explainer.explain(from, to, REDIS).orElseThrow());
        return explanation.problem().orElse(explanation.from() + " to " + explanation.to());
    }

    @Test
    void the_verdict_of_each_candidate_is_told_apart_from_its_words() {
        var explanation = ask(explainer(tokyo().policy(onlyFrontendOf("tokyo"))));

        assertThat(explanation.clusters().getFirst().ingress().orElseThrow().candidates())
                .singleElement()
                .satisfies(candidate -> {
                    assertThat(candidate.endpoint()).isEqualTo("shop/db-0");
                    assertThat(candidate.verdict().isAllowed()).isTrue();
                });
    }

    @Test
    void one_pod_has_to_be_allowed_by_both_sides() {
        var explanation = ask(explainer(tokyo().pod(
                        "shop/db-1", Map.of("role", "spare"), "10.0.0.2", containerPort("redis", 16379))
                .slice("shop/db", List.of(new SlicePort("redis", Transport.TCP, 16379)), ready("10.0.0.2", "shop/db-1"))
                .policy(onlyFrontendOf("osaka"))
                .policy(egressTo("10.0.0.1/32"))));

        assertThat(explanation.allowed()).contains(false);
        var side = explanation.clusters().getFirst();
        assertThat(side.egress().isAllowed()).isTrue();
        assertThat(side.ingress().orElseThrow().reasons())
                .satisfiesExactly(
                        denied -> assertThat(denied).startsWith("shop/db-0: denied by [shop/db]"),
                        other -> assertThat(other)
                                .startsWith("shop/db-1: allowed")
                                .endsWith("; egress to it is denied"));
    }

    @Test
    void egress_to_a_pod_that_takes_no_calls_does_not_count() {
        var explanation =
                ask(explainer(tokyo().pod("shop/db-1", Map.of("role", "db"), "10.0.0.2", containerPort("redis", 16379))
                        .slice(
                                "shop/db",
                                List.of(new SlicePort("redis", Transport.TCP, 16379)),
                                notReady("10.0.0.2", "shop/db-1"))
                        .policy(egressTo("10.0.0.2/32"))));

        assertThat(explanation.allowed()).contains(false);
        assertThat(explanation.clusters().getFirst().egress().isAllowed()).isFalse();
    }

    @Test
    void a_pod_of_two_addresses_is_judged_by_the_one_that_is_called() {
        var dual = new Pod(
                PodName.parse("shop/db-0"),
                Map.of(),
                "default",
                ips("10.0.0.1", "fd00::1"),
                List.of(containerPort("redis", 16379)),
                false);
        var seen = view().pod("shop/frontend", Map.of("role", "frontend"), "10.0.0.9")
                .pod(dual)
                .service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .slice("shop/db", List.of(new SlicePort("redis", Transport.TCP, 16379)), ready("fd00::1", "shop/db-0"));

        assertThat(ask(explainer(seen.policy(egressTo("10.0.0.0/24")))).allowed())
                .contains(false);
        assertThat(ask(explainer(seen.policy(egressTo("fd00::/64")))).allowed()).contains(true);
    }

    @Test
    void a_caller_of_two_addresses_is_judged_by_the_one_that_is_asked_about() {
        var dual =
                new Pod(FRONTEND, Map.of("role", "frontend"), "default", ips("10.0.0.9", "fd00::9"), List.of(), false);
        var explainer = explainer(tokyo().pod(dual).policy(ingressFrom("fd00::/64")));

        assertThat(Await.result(explainer.explain("fd00::9", "shop/db", REDIS).orElseThrow())
                        .allowed())
                .contains(true);
        assertThat(Await.result(explainer.explain("10.0.0.9", "shop/db", REDIS).orElseThrow())
                        .allowed())
                .contains(false);
    }

    private static Policy ingressFrom(String block) {
        return new NamespacedPolicy(
                new PolicyName("shop", "from-block"),
                new LabelSelector(Map.of("role", "db"), List.of()),
                Set.of(Direction.INGRESS),
                List.of(new Rule(
                        List.of(new PeerSelector.Block(Cidr.parse(block), List.of(), Optional.empty())), List.of())),
                List.of());
    }

    @Test
    void an_address_that_two_pods_have_is_no_callers() {
        var explainer = explainer(tokyo().pod("shop/twin", Map.of(), "10.0.0.9"));

        assertThat(ask(explainer).problem()).isPresent();
        assertThat(Await.result(explainer.explain("10.0.0.9", "shop/db", REDIS).orElseThrow())
                        .problem())
                .contains("several pods of this cluster have the address 10.0.0.9, so it is nobody's");
    }

    @Test
    void what_the_rules_of_a_peer_refuse_before_the_call_goes_there_is_said_even_when_it_cannot_be_asked() {
        links.answer(Future.failedFuture("peer is not connected"));
        var published = new PublishedIngress(
                PolicyScope.of(OSAKA),
                "shop",
                Map.of(),
                List.of(Policy.closed(new PolicyName("shop", "db"))),
                List.of(new PublishedIngress.Subject(Map.of("role", "db"), List.of())));

        var explanation = ask(explainer(
                tokyo().withoutExport("shop/db"),
                TestExport.all("osaka", exportOf("osaka").ingress(published).build())));

        assertThat(explanation.allowed()).contains(false);
        assertThat(explanation.clusters().getFirst().withheld())
                .get()
                .asString()
                .contains("as published by cluster osaka");
    }

    @Test
    void who_cannot_be_told_from_others_is_no_caller() {
        var finished = new Pod(FRONTEND, Map.of(), "default", List.of(), List.of(), false);

        assertThat(ask(explainer(tokyo().pod(finished))).problem()).isPresent();
        assertThat(Await.result(explainer(tokyo().pod("lost/frontend", Map.of(), "10.0.0.8"))
                                .explain("lost/frontend", "shop/db", REDIS)
                                .orElseThrow())
                        .problem())
                .isPresent();
    }

    @Test
    void a_denied_call_names_the_policy() {
        var explanation = ask(explainer(tokyo().policy(onlyFrontendOf("osaka"))));

        assertThat(explanation.allowed()).contains(false);
        assertThat(explanation
                        .clusters()
                        .getFirst()
                        .ingress()
                        .orElseThrow()
                        .reasons()
                        .getFirst())
                .contains("denied")
                .contains("shop/db");
    }

    @Test
    void a_peer_is_asked_for_its_side() {
        links.answer(Future.succeededFuture(ExplainReply.newBuilder()
                .setAllowed(true)
                .addReasons("db-0: allowed")
                .build()));

        var explanation = ask(explainer(
                tokyo().withoutExport("shop/db"),
                TestExport.all("osaka", exportOf("osaka").build())));

        assertThat(explanation.allowed()).contains(true);
        assertThat(explanation.clusters())
                .singleElement()
                .extracting(Explanation.Side::cluster)
                .isEqualTo(OSAKA);
        var asked = links.asked().getFirst();
        assertThat(asked.getCaller().getCluster()).isEqualTo("tokyo");
        assertThat(asked.getCaller().getPodLabelsMap()).containsEntry("role", "frontend");
    }

    @Test
    void our_own_egress_rules_count_against_a_peer_that_would_allow() {
        links.answer(Future.succeededFuture(
                ExplainReply.newBuilder().setAllowed(true).build()));

        var explanation = ask(explainer(
                tokyo().withoutExport("shop/db").policy(noEgress()),
                TestExport.all("osaka", exportOf("osaka").build())));

        assertThat(explanation.allowed()).contains(false);
        assertThat(VerdictText.of(explanation.clusters().getFirst().egress())).contains("shop/no-egress");
    }

    @Test
    void a_side_that_could_not_be_asked_is_said_and_counts_neither_as_allowed_nor_as_denied() {
        links.answer(Future.failedFuture("peer is not connected"));

        var explanation = ask(explainer(
                tokyo().withoutExport("shop/db"),
                TestExport.all("osaka", exportOf("osaka").build())));

        assertThat(explanation.allowed()).isEmpty();
        assertThat(explanation.clusters().getFirst().unasked()).isEqualTo("peer is not connected");
    }

    @Test
    void what_cannot_be_judged_has_a_reason() {
        var explainer = explainer(tokyo());

        assertThat(Await.result(explainer
                                .explain("shop/ghost", "shop/db", REDIS)
                                .orElseThrow())
                        .problem())
                .get()
                .asString()
                .contains("no pod shop/ghost");
        assertThat(Await.result(explainer
                                .explain("shop/frontend", "shop/none", REDIS)
                                .orElseThrow())
                        .problem())
                .get()
                .asString()
                .contains("no cluster exports shop/none");
        assertThat(Await.result(explainer
                                .explain("shop/frontend", "shop/db", new PortKey(Transport.TCP, 9999))
                                .orElseThrow())
                        .problem())
                .get()
                .asString()
                .contains("exposes 9999/TCP");
    }

    @Test
    void invariant_3_a_peer_is_answered_by_the_cluster_it_has_proved_not_by_the_one_it_claims() {
        var explainer = explainer(tokyo().policy(onlyFrontendOf("osaka")));

        assertThat(explainer.answer(OSAKA, question("tokyo", "frontend")).getAllowed())
                .isTrue();
        assertThat(explainer
                        .answer(new ClusterName("nagoya"), question("osaka", "frontend"))
                        .getAllowed())
                .isFalse();
        assertThat(explainer.answer(OSAKA, question("osaka", "other")).getAllowed())
                .isFalse();
    }

    @Test
    void a_peer_learns_nothing_of_what_is_not_exported() {
        var reply = explainer(tokyo().withoutExport("shop/db")).answer(OSAKA, question("osaka", "frontend"));

        assertThat(reply.getAllowed()).isFalse();
        assertThat(reply.getReasonsList()).containsExactly("cluster tokyo does not export shop/db");
    }

    @Test
    void a_question_that_cannot_be_read_is_refused() {
        var reply = explainer(tokyo())
                .answer(OSAKA, ExplainRequest.newBuilder().setNamespace("..").build());

        assertThat(reply.getAllowed()).isFalse();
        assertThat(reply.getReasons(0)).contains("cannot be read");
    }

    @Test
    void a_pod_that_is_not_known_yet_stays_closed() {
        var explainer = explainer(tokyo().slice(
                        "shop/db",
                        List.of(new SlicePort("redis", Transport.TCP, 16379)),
                        ready("10.0.0.2", "shop/db-new")));

        var reply = explainer.answer(OSAKA, question("osaka", "frontend"));

        assertThat(reply.getReasonsList())
                .anyMatch(reason -> reason.equals("shop/db-new: denied: no pod is known there yet"));
    }

    @Test
    void invariant_5_an_answer_fits_into_a_message_however_many_pods_there_are() {
        var seen = tokyo().service("shop/web", tcp("http", 80)).export("shop/web");
        var ports = List.of(new SlicePort("http", Transport.TCP, 80));
        for (var i = 0; i < 2_000; i++) {
            var address = "10.1." + i / 250 + "." + (i % 250 + 1);
            seen.pod("shop/web-" + i, Map.of("role", "db"), address)
                    .slice("shop/web", ports, ready(address, "shop/web-" + i));
        }
        var explainer = explainer(seen.policy(onlyFrontendOf("nagoya")));

        var reply = explainer.answer(
                OSAKA,
                question("osaka", "frontend").toBuilder()
                        .setName("web")
                        .setPort(80)
                        .build());

        assertThat(reply.getSerializedSize()).isLessThan(64 * 1024);
        assertThat(reply.getReasonsList()).last().asString().isEqualTo("and 1950 more endpoints");
    }
}
