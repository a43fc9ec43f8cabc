package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.routes.RouteTable.Listener;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private static Listener on(int port) {
        return new Listener(Loopback.address("127.0.0.1"), port, Tables.REDIS);
    }

    @Test
    void an_address_in_use_is_told_and_tried_again_while_the_others_go_on() throws IOException {
        try (var gateways = TwoGateways.with()) {
            ServerSocket taken;
            try (var other = new ServerSocket(0, 1, Loopback.address("127.0.0.1"))) {
                taken = other;
                var before = gateways.osaka.importAddress();
                gateways.osaka.tables.imports(List.of(on(0), on(other.getLocalPort())), List.of());
                gateways.osaka.replaceRoutes();

                Until.holds(
                        "the problem to be told",
                        () -> !gateways.osaka.problems.isEmpty()
                                && !gateways.osaka.problems.getLast().isEmpty());
                assertThat(gateways.osaka.problems.getLast())
                        .singleElement()
                        .asString()
                        .contains("127.0.0.1:" + other.getLocalPort(), "shop/db", "6379/TCP", "in use");
                assertThat(gateways.osaka.imports().listening())
                        .extracting(ImportListeners.Listening::address)
                        .containsExactly(before);
            }
            assertThat(taken.isClosed()).isTrue();

            Until.holds(
                    "the other listener",
                    () -> gateways.osaka.imports().listening().size() == 2
                            && gateways.osaka.problems.getLast().isEmpty());
        }
    }

    @Test
    void listeners_follow_the_table() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var client = gateways.call()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);

            gateways.osaka.tables.withoutImports();
            gateways.osaka.replaceRoutes();
            Until.holds(
                    "no listener", () -> gateways.osaka.imports().listening().isEmpty());

            client.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            gateways.osaka.tables.imports("tokyo");
            gateways.osaka.replaceRoutes();
            try (var again = gateways.call()) {
                again.getOutputStream().write(3);
                assertThat(again.getInputStream().read()).isEqualTo(3);
            }
        }
    }

    @Test
    void an_address_passes_from_one_service_to_another() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            var port = gateways.osaka.importAddress().getPort();
            gateways.osaka.tables.imports(List.of(on(port)), List.of());
            gateways.osaka.replaceRoutes();
            Until.holds(
                    "the same address again",
                    () -> gateways.osaka.imports().listening().stream()
                            .anyMatch(open -> open.address().getPort() == port));

            assertThat(gateways.osaka.problems)
                    .allSatisfy(problems -> assertThat(problems).isEmpty());
        }
    }
}
