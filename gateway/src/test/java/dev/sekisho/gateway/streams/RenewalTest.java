package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.TlsEngine;
import dev.sekisho.identity.TestClock;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RenewalTest {
    @ParameterizedTest
    @EnumSource(names = {"BORINGSSL", "JDK"})
    void a_renewed_leaf_is_shown_by_the_next_handshake_and_open_streams_do_not_notice(TlsEngine engine)
            throws Exception {
        var clock = new TestClock();
        var plan = new TwoGateways.Plan(clock);
        var tokyo = plan.clusters().gateway("tokyo");
        try (var backend = Workload.echo();
                var gateways = plan.tokyoIs(tokyo)
                        .tunnel(TestGateway.TUNNEL.withEngine(engine))
                        .with(backend.address());
                var client = gateways.call()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            var before = tokyo.leaf().chain().getFirst();

            clock.advance(Duration.ofHours(17));
            tokyo.renewIfDue();

            var now = tokyo.leaf().chain().getFirst();
            assertThat(now).isNotEqualTo(before);
            try (var lane =
                    RawLane.dial(plan.clusters().gateway("osaka"), gateways.tokyo.address(), "gateway.tokyo.demo")) {
                lane.socket().startHandshake();
                var shown = (X509Certificate) lane.socket().getSession().getPeerCertificates()[0];
                assertThat(shown).isEqualTo(now);
            }
            client.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }
}
