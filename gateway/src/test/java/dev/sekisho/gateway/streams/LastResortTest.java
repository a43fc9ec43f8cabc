package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.Readiness;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Backends that terminate and still serve (KEP-1669).
class LastResortTest {
    private static final int CALLS = 4;

    private static Workload saying(int word) {
        return Workload.that(connection -> connection.getOutputStream().write(word));
    }

    private static int answer(TwoGateways gateways) throws IOException {
        try (var client = gateways.call()) {
            return client.getInputStream().read();
        }
    }

    @Test
    void a_cluster_whose_only_backend_terminates_still_serves() throws IOException {
        try (var ending = saying(1);
                var gateways = TwoGateways.with()) {
            gateways.tokyo.tables.exports(List.of(ending.address()), List.of());
            gateways.tokyo.replaceRoutes();
            gateways.osaka.tables.imports(Readiness.TERMINATING, "tokyo");
            gateways.osaka.replaceRoutes();

            assertThat(answer(gateways)).isEqualTo(1);
        }
    }

    @Test
    void a_backend_that_terminates_is_not_called_beside_a_ready_one() throws IOException {
        try (var ending = saying(1);
                var ready = saying(2);
                var gateways = TwoGateways.with()) {
            gateways.tokyo.tables.exports(List.of(ending.address()), List.of(ready.address()));
            gateways.tokyo.replaceRoutes();

            for (var i = 0; i < CALLS; i++) {
                assertThat(answer(gateways)).isEqualTo(2);
            }
        }
    }

    @Test
    void another_cluster_that_is_ready_is_better_than_a_backend_here_that_terminates() throws IOException {
        try (var ending = saying(1);
                var ready = saying(2);
                var gateways = TwoGateways.with(ready.address())) {
            gateways.osaka.tables.exports(List.of(ending.address()), List.of()).imports("osaka", "tokyo");
            gateways.osaka.replaceRoutes();

            assertThat(answer(gateways)).isEqualTo(2);
        }
    }

    @Test
    void a_backend_here_that_terminates_takes_over_when_the_ready_cluster_does_not() throws IOException {
        try (var ending = saying(1);
                var gateways = TwoGateways.with()) {
            gateways.osaka.tables.exports(List.of(ending.address()), List.of()).imports("osaka", "tokyo");
            gateways.osaka.replaceRoutes();

            assertThat(answer(gateways)).isEqualTo(1);
        }
    }
}
