package dev.sekisho.controlplane.kubernetes.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.kubernetes.ApiServerClient;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.log.LogLines;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    @Test
    void a_failure_that_is_no_answer_of_the_api_server_is_told_and_does_not_end_the_tries() {
        var vertx = Vertx.vertx();
        var client = ApiServerClient.of(Config.empty(), vertx);
        client.close();
        var timing = new Leadership.Timing(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(10));
        var leadership = new Leadership(
                client, new Installation("sekisho-system", "sekisho"), "a", InstantSource.system(), timing);

        try (var log = LogLines.of(Leadership.class)) {
            leadership.start(() -> {}, () -> {});

            Await.until(
                    () -> assertThat(log.warnings("so it is unknown who leads")).hasSize(1));
        } finally {
            leadership.stop().await();
            vertx.close().await();
        }
    }
}
