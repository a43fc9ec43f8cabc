package dev.sekisho.gateway.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.balancing.ClusterPicker.Candidate;
import dev.sekisho.names.ClusterName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PickingTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");
    private static final ClusterName OSAKA = new ClusterName("osaka");
    private static final ClusterName NAGOYA = new ClusterName("nagoya");

    @Test
    void the_one_with_the_fewest_streams_comes_first() {
        var open = Map.of("a", 3, "b", 1, "c", 2);

        assertThat(LeastLoaded.order(List.of("a", "b", "c"), open::get, 7)).containsExactly("b", "c", "a");
    }

    @Test
    void equals_take_turns_also_when_the_turn_overflows() {
        var equals = List.of("a", "b", "c");

        assertThat(LeastLoaded.order(equals, _ -> 0, 0)).containsExactly("a", "b", "c");
        assertThat(LeastLoaded.order(equals, _ -> 0, 1)).containsExactly("b", "c", "a");
        assertThat(LeastLoaded.order(equals, _ -> 0, Integer.MIN_VALUE)).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void this_cluster_comes_before_peers_and_unreachable_peers_come_last() {
        var candidates = List.of(
                new Candidate(OSAKA, false, false),
                new Candidate(NAGOYA, false, true),
                new Candidate(TOKYO, true, true));

        var order = ClusterPicker.order(candidates, cluster -> cluster.equals(NAGOYA) ? 100 : 0, 0);

        assertThat(order).containsExactly(TOKYO, NAGOYA, OSAKA);
    }

    @Test
    void places_without_streams_are_forgotten() {
        var open = new OpenStreams<String>();

        open.opened("a");
        open.opened("a");
        open.closed("a");
        assertThat(open.to("a")).isEqualTo(1);
        open.closed("a");
        open.closed("a");

        assertThat(open.to("a")).isZero();
    }
}
