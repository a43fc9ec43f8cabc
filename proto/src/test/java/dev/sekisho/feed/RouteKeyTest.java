package dev.sekisho.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyName;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouteKeyTest {
    private static Stream<Arguments> keys() {
        var rules = true;
        var pods = true;
        return Stream.of(
                Arguments.of(new RouteKey.Cluster(), "cluster", rules, pods),
                Arguments.of(new RouteKey.Import(new ServiceName("shop", "db")), "import/shop/db", !rules, !pods),
                Arguments.of(new RouteKey.Export(new ServiceName("shop", "db")), "export/shop/db", !rules, !pods),
                Arguments.of(new RouteKey.Peer(new ClusterName("tokyo")), "peer/tokyo", rules, !pods),
                Arguments.of(new RouteKey.Pod(new PodName("shop", "web-0")), "pod/shop/web-0", !rules, pods),
                Arguments.of(new RouteKey.Namespace("shop"), "namespace/shop", rules, pods),
                Arguments.of(new RouteKey.Rules(new PolicyName("shop", "closed")), "policy/shop/closed", rules, !pods),
                Arguments.of(
                        new RouteKey.Rules(new PolicyName(PolicyKind.CLUSTER_SET_NETWORK_POLICY, "shop", "closed")),
                        "cluster-set-policy/shop/closed",
                        rules,
                        !pods),
                Arguments.of(new RouteKey.Rules(ClusterPolicy.name("closed")), "cluster-policy/closed", rules, !pods));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void a_key_is_written_as_the_feed_has_it_and_says_what_depends_on_its_resource(
            RouteKey key, String text, boolean changesRules, boolean changesPods) {
        assertThat(key.text()).isEqualTo(text);
        assertThat(key.changesRules()).isEqualTo(changesRules);
        assertThat(key.changesPods()).isEqualTo(changesPods);
    }

    @Test
    void pods_are_found_among_all_other_resources() {
        var all = new TreeMap<>(Map.of("peer/tokyo", 1, "pod/a/b", 2, "pod/z/z", 3, "policy/shop/closed", 4));

        assertThat(RouteKey.pods(all).keySet()).containsExactly("pod/a/b", "pod/z/z");
    }
}
