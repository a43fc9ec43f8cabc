package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.routes.RouteTable.SessionAffinity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A service with `sessionAffinity: ClientIP`.
class AffinityTest {
    private static final int CALLS = 6;
    private static final List<String> CLIENTS =
            IntStream.range(0, 24).mapToObj(i -> "127.0.1." + (i + 1)).toList();

    /// Three backends that answer with their number.
    private static final class Backends implements AutoCloseable {
        private final List<Workload> all = new ArrayList<>();

        Backends() {
            for (var i = 0; i < 3; i++) {
                var number = i;
                all.add(Workload.that(connection -> connection.getOutputStream().write(number)));
            }
        }

        InetSocketAddress[] addresses() {
            return all.stream().map(Workload::address).toArray(InetSocketAddress[]::new);
        }

        @Override
        public void close() {
            all.forEach(Workload::close);
        }
    }

    private static TwoGateways keeping(InetSocketAddress... backends) {
        var gateways = TwoGateways.with();
        gateways.tokyo.tables.affinity(SessionAffinity.CLIENT_IP).exports(backends);
        gateways.tokyo.replaceRoutes();
        gateways.osaka.tables.affinity(SessionAffinity.CLIENT_IP).imports("tokyo");
        CLIENTS.forEach(
                address -> gateways.osaka.tables.pod("shop", "pod-" + address.replace('.', '-'), Map.of(), address));
        gateways.osaka.replaceRoutes();
        return gateways;
    }

    private static int call(TwoGateways gateways, String client) throws IOException {
        try (var socket = gateways.callFrom(client)) {
            return socket.getInputStream().read();
        }
    }

    private static List<Integer> callAll(TwoGateways gateways) throws IOException {
        var answers = new ArrayList<Integer>();
        for (var client : CLIENTS) {
            answers.add(call(gateways, client));
        }
        return answers;
    }

    @Test
    void the_calls_of_one_client_go_to_one_backend_and_those_of_all_to_every_one() throws IOException {
        try (var backends = new Backends();
                var gateways = keeping(backends.addresses())) {
            var reached = callAll(gateways);
            for (var i = 0; i < CALLS; i++) {
                assertThat(call(gateways, CLIENTS.getFirst())).isEqualTo(reached.getFirst());
            }

            assertThat(new HashSet<>(reached)).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void another_gateway_that_knows_nothing_of_the_first_chooses_the_same_pods() throws IOException {
        try (var backends = new Backends()) {
            List<Integer> first;
            try (var gateways = keeping(backends.addresses())) {
                first = callAll(gateways);
            }
            try (var gateways = keeping(backends.addresses())) {
                assertThat(callAll(gateways)).isEqualTo(first);
            }
        }
    }

    @Test
    void when_a_backend_is_down_only_its_clients_go_elsewhere_and_stay_there() throws IOException {
        try (var backends = new Backends();
                var gateways = keeping(backends.addresses())) {
            var before = callAll(gateways);
            backends.all.getFirst().close();

            var after = callAll(gateways);

            assertThat(after).doesNotContain(0);
            for (var i = 0; i < CLIENTS.size(); i++) {
                if (before.get(i) != 0) {
                    assertThat(after.get(i)).isEqualTo(before.get(i));
                }
            }
            assertThat(callAll(gateways)).isEqualTo(after);
        }
    }

    @Test
    void a_cluster_keeps_its_own_clients_at_one_backend_too() throws IOException {
        try (var backends = new Backends();
                var gateways = keeping()) {
            gateways.osaka.tables.exports(backends.addresses()).imports("osaka");
            gateways.osaka.replaceRoutes();

            var reached = callAll(gateways);

            assertThat(callAll(gateways)).isEqualTo(reached);
            assertThat(new HashSet<>(reached)).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void the_udp_flows_of_one_client_go_to_one_backend() throws IOException {
        try (var one = UdpWorkload.echo();
                var two = UdpWorkload.echo();
                var three = UdpWorkload.echo();
                var gateways = new TwoGateways.Plan().port(Tables.DATAGRAMS).with()) {
            gateways.tokyo
                    .tables
                    .affinity(SessionAffinity.CLIENT_IP)
                    .exports(one.address(), two.address(), three.address());
            gateways.tokyo.replaceRoutes();
            gateways.osaka.tables.affinity(SessionAffinity.CLIENT_IP).imports("tokyo");
            gateways.osaka.replaceRoutes();

            for (var i = 0; i < CALLS; i++) {
                try (var pod = new UdpPod(TwoGateways.FRONTEND, gateways.osaka.importAddress())) {
                    pod.callUntilAnswered((byte) i);
                }
            }

            assertThat(List.of(one.sources(), two.sources(), three.sources())).containsExactlyInAnyOrder(0, 0, CALLS);
        }
    }
}
