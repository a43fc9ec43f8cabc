package dev.sekisho.gateway.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.gateway.balancing.ClusterPicker.Candidate;
import dev.sekisho.names.ClusterName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ByClientTest {
    private static final int CLIENTS = 10_000;
    private static final List<String> PODS =
            IntStream.range(0, 10).mapToObj(i -> "shop/db-" + i).toList();

    private static InetAddress client(int number) {
        return InetAddresses.forString("10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256);
    }

    private static List<String> order(List<String> pods, int client) {
        return ByClient.order(pods, client(client), Function.identity());
    }

    @Test
    void all_clients_together_spread_evenly() {
        var counts = new HashMap<String, Integer>();
        for (var client = 0; client < CLIENTS; client++) {
            counts.merge(order(PODS, client).getFirst(), 1, Integer::sum);
        }

        assertThat(counts).hasSize(10);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void when_one_goes_only_its_clients_move_each_to_the_next_in_its_order() {
        for (var gone : PODS) {
            var left = PODS.stream().filter(pod -> !pod.equals(gone)).toList();
            for (var client = 0; client < 1_000; client++) {
                var before = order(PODS, client);
                var expected = before.getFirst().equals(gone) ? before.get(1) : before.getFirst();

                assertThat(order(left, client).getFirst()).isEqualTo(expected);
            }
        }
    }

    @Test
    void the_clients_of_one_that_goes_spread_over_the_others() {
        var counts = new HashMap<String, Integer>();
        for (var client = 0; client < CLIENTS; client++) {
            var order = order(PODS, client);
            if (order.getFirst().equals("shop/db-0")) {
                counts.merge(order.get(1), 1, Integer::sum);
            }
        }

        assertThat(counts).hasSize(9);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(70, 160));
    }

    @Test
    void it_does_not_matter_in_which_order_a_gateway_knows_them() {
        var shuffled = new ArrayList<>(PODS);
        Collections.shuffle(shuffled, new Random(42));

        for (var client = 0; client < 100; client++) {
            assertThat(order(shuffled, client)).isEqualTo(order(PODS, client));
        }
    }

    @Test
    void an_address_of_the_other_family_is_a_client_too() {
        var address = InetAddresses.forString("2001:db8::7");

        assertThat(ByClient.order(PODS, address, Function.identity())).containsExactlyInAnyOrderElementsOf(PODS);
    }

    @Test
    void gateways_of_every_version_find_the_same_order() {
        assertThat(order(List.of("shop/db-0", "shop/db-1", "shop/db-2", "shop/db-3"), 1))
                .containsExactly("shop/db-3", "shop/db-0", "shop/db-2", "shop/db-1");
    }

    @Test
    void of_clusters_this_one_comes_first_then_the_reachable_ones_by_client() {
        var tokyo = new ClusterName("tokyo");
        var osaka = new ClusterName("osaka");
        var nagoya = new ClusterName("nagoya");
        var kyoto = new ClusterName("kyoto");
        var candidates = List.of(
                new Candidate(osaka, false, true),
                new Candidate(nagoya, false, false),
                new Candidate(kyoto, false, true),
                new Candidate(tokyo, true, true));
        var second = new HashMap<ClusterName, Integer>();

        for (var client = 0; client < 1_000; client++) {
            var order = ClusterPicker.order(candidates, client(client));
            assertThat(order.getFirst()).isEqualTo(tokyo);
            assertThat(order.getLast()).isEqualTo(nagoya);
            assertThat(ClusterPicker.order(candidates.reversed(), client(client)))
                    .isEqualTo(order);
            second.merge(order.get(1), 1, Integer::sum);
        }

        assertThat(second.get(osaka)).isBetween(400, 600);
        assertThat(second.get(kyoto)).isBetween(400, 600);
    }
}
