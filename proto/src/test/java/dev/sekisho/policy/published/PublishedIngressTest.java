package dev.sekisho.policy.published;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.labels;
import static dev.sekisho.policy.Given.namespaces;
import static dev.sekisho.policy.Given.pod;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.ClusterPolicy.Action;
import dev.sekisho.policy.ClusterPolicy.Tier;
import dev.sekisho.policy.ClusterPolicy.TierRule;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.codec.MessageDigest;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.compiled.RandomWorld;
import dev.sekisho.policy.published.PublishedIngress.Subject;
import dev.sekisho.policy.v1.PublishedIngress.Member;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublishedIngressTest {
    private static final Map<String, String> SHOP = labels("kubernetes.io/metadata.name=shop");
    private static final PeerSelector ANY_CLUSTER = namespaces(selector(PolicySet.CLUSTER_LABEL, Operator.EXISTS));
    private static final PeerSelector OWN_PODS = namespaces(LabelSelector.EVERYTHING);
    private static final Subject DB = new Subject(labels("role=db,tier=gold"), List.of());

    private static Optional<PublishedIngress> published(Collection<Subject> pods, Policy... policies) {
        return published(PolicyScope.of(TOKYO), pods, policies);
    }

    private static Optional<PublishedIngress> published(
            PolicyScope scope, Collection<Subject> pods, Policy... policies) {
        return NamespaceIngress.of(scope, "shop", SHOP, List.of(policies)).publish(pods);
    }

    private static Optional<PublishedIngress> read(dev.sekisho.policy.v1.PublishedIngress message) {
        return PublishedIngressCodec.fromWire(message, TOKYO, "shop", SHOP);
    }

    private static dev.sekisho.policy.v1.PublishedIngress wire(PublishedIngress ingress) {
        return PublishedIngressCodec.toWire(ingress).orElseThrow();
    }

    private static Optional<Denied> refusal(PublishedIngress ingress, Endpoint.Pod caller, int... ports) {
        return RemoteIngress.of(ingress)
                .refusal(
                        caller,
                        Transport.TCP,
                        IntStream.of(ports)
                                .mapToObj(port -> new TargetPort(port, ""))
                                .toList());
    }

    @Test
    void both_ends_agree_on_random_policies_and_callers() {
        var denied = 0;
        for (var seed = 1L; seed <= 4000; seed++) {
            var random = new RandomWorld(seed);
            var scope = random.scope();
            var policies = random.policies();
            var exporter = new PolicySet(scope, policies);
            var pod = random.localPod();
            var namespace = pod.name().namespace();
            var told = NamespaceIngress.of(scope, namespace, pod.namespaceLabels(), policies)
                    .publish(List.of(new Subject(pod.labels(), pod.ports())));
            var there = told.map(ingress -> PublishedIngressCodec.fromWire(
                            wire(ingress), RandomWorld.LOCAL, namespace, pod.namespaceLabels())
                    .orElseThrow());
            assertThat(there).as("seed %d", seed).isEqualTo(told);
            for (var i = 0; i < 20; i++) {
                if (!(random.other() instanceof Endpoint.Pod caller)
                        || caller.cluster().equals(RandomWorld.LOCAL)) {
                    continue;
                }
                var transport = random.transport();
                var port = random.one(RandomWorld.PORTS);
                var verdict = exporter.ingress(caller, pod, transport, port);
                var refusal = there.flatMap(ingress ->
                        RemoteIngress.of(ingress).refusal(caller, transport, List.of(new TargetPort(port, ""))));
                assertThat(refusal.isPresent())
                        .as("seed %d: %s from %s to %s", seed, verdict, caller, pod)
                        .isEqualTo(!verdict.isAllowed());
                if (verdict instanceof Denied denial) {
                    denied++;
                    assertThat(refusal.flatMap(Denied::by)).isEqualTo(denial.by());
                    assertThat(refusal.map(Denied::isolatedBy)).contains(denial.isolatedBy());
                    assertThat(refusal.map(Denied::passedBy)).contains(denial.passedBy());
                }
            }
        }
        assertThat(denied).isGreaterThan(1000);
    }

    @Test
    void nothing_is_told_that_is_not_about_callers_of_other_clusters() {
        var db = new NamespacedPolicy(
                Given.policyName("shop/db"),
                selector("role=db"),
                Set.of(Direction.INGRESS, Direction.EGRESS),
                List.of(
                        rule(List.of(pods(selector("role=internal")), block("10.1.0.0/16")), tcp("admin")),
                        rule(List.of(pods(selector("role=internal")), ANY_CLUSTER), tcp("web"))),
                List.of(rule(List.of(pods(selector("role=secret"))))));

        var told = published(
                        List.of(new Subject(
                                labels("role=db,secret=x"),
                                List.of(
                                        new ContainerPort("web", Transport.TCP, 80),
                                        new ContainerPort("admin", Transport.TCP, 81)))),
                        db,
                        ingress("shop/cart", "role=cart"),
                        ingress("other/db", "role=db"),
                        egress("shop/out", "role=db"))
                .orElseThrow();

        assertThat(told)
                .isEqualTo(new PublishedIngress(
                        new PolicyScope(TOKYO, Map.of(), PolicyMode.ENFORCE, Map.of("shop", PolicyMode.ENFORCE)),
                        "shop",
                        SHOP,
                        List.of(ingress(
                                "shop/db", "role=db", rule(List.of(OWN_PODS)), rule(List.of(ANY_CLUSTER), tcp("web")))),
                        List.of(new Subject(labels("role=db"), List.of(new ContainerPort("web", Transport.TCP, 80))))));
    }

    @Test
    void labels_of_clusters_are_told_only_where_a_rule_asks_for_them() {
        var scope = new PolicyScope(
                TOKYO,
                Map.of(TOKYO, labels("region=east"), OSAKA, labels("region=west,owner=x")),
                PolicyMode.ENFORCE,
                Map.of());
        var byRegion = new NamespacedPolicy(
                new PolicyName(PolicyKind.CLUSTER_SET_NETWORK_POLICY, "shop", "db"),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(rule(List.of(new PeerSelector.Pods(
                        Optional.of(selector("region=west")), Optional.empty(), Optional.empty(), Set.of())))),
                List.of());

        var told = published(scope, List.of(DB), byRegion).orElseThrow();

        assertThat(told.scope().memberLabels()).isEqualTo(Map.of(OSAKA, labels("region=west")));
        assertThat(published(scope, List.of(DB), ingress("shop/db", ""))
                        .orElseThrow()
                        .scope()
                        .memberLabels())
                .isEmpty();
    }

    @Test
    void a_rule_that_cannot_be_judged_fails_closed_at_both_ends() {
        var unknown = new ClusterPolicy(
                ClusterPolicy.name("new"),
                Tier.ADMIN,
                0,
                new ClusterPolicy.Subject(LabelSelector.EVERYTHING, LabelSelector.EVERYTHING),
                List.of(new TierRule("", Action.PASS, List.of(new PeerSelector.Unknown("new")), List.of())),
                List.of());
        var caller = pod(OSAKA, "shop/frontend", "");

        var told = published(List.of(DB), unknown).orElseThrow();

        assertThat(refusal(told, caller, 80)).isPresent();
        assertThat(new PolicySet(TOKYO, List.of(unknown))
                        .ingress(caller, pod(TOKYO, "shop/db", "role=db"), Transport.TCP, 80)
                        .isAllowed())
                .isFalse();
    }

    @Test
    void a_refusal_names_the_policy_and_whose_it_is() {
        var told = published(List.of(DB), ingress("shop/db", "role=db", rule(List.of(ANY_CLUSTER), tcp(443))))
                .orElseThrow();

        var refusal = refusal(told, pod(OSAKA, "shop/frontend", ""), 80).orElseThrow();

        assertThat(refusal.direction()).isEqualTo(Direction.INGRESS);
        assertThat(refusal.isolatedBy()).containsExactly(Given.policyName("shop/db"));
        assertThat(refusal.nearestMiss())
                .isEqualTo("as published by cluster tokyo: peer matches shop/db ingress rule 0, but 80/TCP is not in"
                        + " 443/TCP");
    }

    @Test
    void only_what_every_pod_denies_on_every_port_is_refused() {
        var caller = pod(OSAKA, "shop/frontend", "");
        var policy = ingress("shop/db", "tier=gold", rule(List.of(ANY_CLUSTER), tcp(443)));
        var cart = new Subject(labels("role=cart"), List.of());

        assertThat(refusal(published(List.of(DB), policy).orElseThrow(), caller, 80, 81))
                .isPresent();
        assertThat(refusal(published(List.of(DB), policy).orElseThrow(), caller, 80, 443))
                .isEmpty();
        assertThat(refusal(published(List.of(DB, cart), policy).orElseThrow(), caller, 80))
                .isEmpty();
        assertThat(refusal(published(List.of(DB), policy).orElseThrow(), caller))
                .isEmpty();
    }

    @Test
    void where_no_policy_selects_a_pod_there_is_nothing_to_tell() {
        assertThat(published(List.of(DB), ingress("shop/cart", "role=cart"))).isEmpty();
        assertThat(published(List.of(), ingress("shop/all", ""))).isEmpty();
    }

    @Test
    void too_much_is_not_told() {
        var kinds = IntStream.rangeClosed(0, PublishedIngress.MOST_SUBJECTS)
                .mapToObj(i -> new Subject(Map.of("role", "r" + i), List.of()))
                .toList();
        var byRole = new NamespacedPolicy(
                Given.policyName("shop/db"),
                selector("role", Operator.EXISTS),
                Set.of(Direction.INGRESS),
                List.of(),
                List.of());
        var large = ingress(
                "shop/long",
                "",
                rule(IntStream.range(0, 1000)
                        .mapToObj(i -> new PeerSelector.Pods(
                                Optional.of(selector(PolicySet.CLUSTER_LABEL, Operator.NOT_IN, "c" + i)),
                                Optional.empty()))
                        .<PeerSelector>map(peer -> peer)
                        .toList()));

        assertThat(published(kinds, byRole)).isEmpty();
        assertThat(published(kinds.subList(1, kinds.size()), byRole)).isPresent();
        // Pods that no policy tells apart are of one kind.
        assertThat(published(kinds, ingress("shop/all", ""))).isPresent();
        assertThat(published(List.of(DB), large).flatMap(PublishedIngressCodec::toWire))
                .isEmpty();
    }

    @Test
    void what_cannot_be_read_to_the_last_field_is_as_if_it_had_not_been_sent() {
        var good = wire(published(List.of(DB), ingress("shop/db", "role=db", rule(List.of(ANY_CLUSTER), tcp(443))))
                .orElseThrow());
        var newer = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        var member = Member.newBuilder().setCluster("osaka").build();
        var changes = List.<UnaryOperator<dev.sekisho.policy.v1.PublishedIngress.Builder>>of(
                message -> message.clearClusterMode(),
                message -> message.setClusterModeValue(99),
                message -> message.setNamespaceMode(PolicyMode.AUDIT.toWire()),
                message -> message.setDigest(""),
                message -> message.clearSubjects(),
                message -> message.addSubjects(good.getSubjects(0).toBuilder().putLabels("role", "cart")),
                message -> message.addPolicies(good.getPolicies(0)),
                message -> message.addMembers(member),
                message -> message.addMembers(member).addMembers(member),
                message -> message.addMembers(Member.newBuilder().setCluster("no name")),
                message -> redigested(message.addMembers(member).addMembers(member)),
                message -> redigested(message.setUnknownFields(newer)),
                message -> redigested(
                        message.setSubjects(0, good.getSubjects(0).toBuilder().setUnknownFields(newer))),
                message -> redigested(
                        message.setPolicies(0, good.getPolicies(0).toBuilder().setUnknownFields(newer))),
                message -> redigested(message.addPolicies(good.getPolicies(0))));

        assertThat(read(good)).isPresent();
        for (var change : changes) {
            var changed = change.apply(good.toBuilder()).build();
            assertThat(read(changed)).as("%s", changed).isEmpty();
        }
    }

    private static dev.sekisho.policy.v1.PublishedIngress.Builder redigested(
            dev.sekisho.policy.v1.PublishedIngress.Builder message) {
        return message.setDigest(MessageDigest.of(message.clearDigest().build()));
    }

    @Test
    void bytes_that_were_cut_short_never_read_as_something_else() {
        var bytes = wire(published(List.of(DB), ingress("shop/db", "role=db", rule(List.of(ANY_CLUSTER), tcp(443))))
                        .orElseThrow())
                .toByteArray();

        for (var length = 0; length < bytes.length; length++) {
            try {
                var parser = dev.sekisho.policy.v1.PublishedIngress.parser();
                assertThat(read(parser.parseFrom(bytes, 0, length)))
                        .as("%d bytes", length)
                        .isEmpty();
            } catch (InvalidProtocolBufferException _) {
                // no message at all
            }
        }
    }

    @Test
    void a_change_that_is_not_about_other_clusters_changes_nothing() {
        var before = NamespaceIngress.of(
                PolicyScope.of(TOKYO),
                "shop",
                SHOP,
                List.of(ingress("shop/db", "", rule(List.of(pods(selector("role=a")), ANY_CLUSTER)))));
        var after = NamespaceIngress.of(
                new PolicyScope(TOKYO, Map.of(), PolicyMode.ENFORCE, Map.of("other", PolicyMode.AUDIT)),
                "shop",
                SHOP,
                List.of(
                        ingress("shop/db", "", rule(List.of(pods(selector("role=b")), ANY_CLUSTER))),
                        egress("shop/out", ""),
                        ingress("other/db", "")));

        assertThat(after).isEqualTo(before);
        assertThat(NamespaceIngress.of(
                        PolicyScope.of(TOKYO),
                        "shop",
                        SHOP,
                        List.of(ingress("shop/db", "", rule(List.of(ANY_CLUSTER), tcp(1))))))
                .isNotEqualTo(before);
    }

    @Test
    void equal_rules_are_compiled_once() {
        var policy = ingress("shop/db", "");
        var once = RemoteIngress.of(published(List.of(DB), policy).orElseThrow());

        assertThat(RemoteIngress.of(published(List.of(DB), policy).orElseThrow()))
                .isSameAs(once);
        assertThat(RemoteIngress.of(published(
                                new PolicyScope(new ClusterName("nagoya"), Map.of(), PolicyMode.ENFORCE, Map.of()),
                                List.of(DB),
                                policy)
                        .orElseThrow()))
                .isNotEqualTo(once);
    }
}
