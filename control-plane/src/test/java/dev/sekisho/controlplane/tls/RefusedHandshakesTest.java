package dev.sekisho.controlplane.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.identity.TestClock;
import dev.sekisho.log.LogLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.NotSslRecordException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RefusedHandshakesTest {
    private final TestClock clock = new TestClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RefusedHandshakes refused = new RefusedHandshakes("the feed", registry.counter("refused"), clock);

    @Test
    void invariant_5_whoever_knocks_all_day_fills_no_log() {
        try (var log = LogLines.captured()) {
            for (var i = 0; i < 100; i++) {
                refused.add(new SSLHandshakeException("reason " + i));
            }
            clock.advance(Duration.ofMinutes(1));
            refused.add(new SSLHandshakeException("reason 100"));

            assertThat(log.warnings("did not get through TLS"))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("reason 100");
        }
        assertThat(registry.get("refused").counter().count()).isEqualTo(101);
    }

    @Test
    void invariant_6_what_came_instead_of_tls_is_not_logged() {
        try (var log = LogLines.captured()) {
            refused.add(new NotSslRecordException("not an SSL/TLS record: 70617373776f7264"));

            assertThat(log.containing("what came is not TLS")).isNotEmpty();
            assertThat(log.containing("70617373776f7264")).isEmpty();
        }
    }
}
