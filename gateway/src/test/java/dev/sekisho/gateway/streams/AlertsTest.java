package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.gateway.tunnel.TlsEngine;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the other side objects to in TLS is said in words, where lanes are reported and where streams are.
class AlertsTest {
    private static void assertSaid(TwoGateways.Plan plan, TlsIdentity osaka, TlsEngine engine, String... words)
            throws IOException {
        plan.osakaIs(osaka).tunnel(TestGateway.TUNNEL.withEngine(engine));
        try (var gateways = plan.with()) {
            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome().explanation()).contains(words);
            assertThat(gateways.osaka.lanes.failed())
                    .anySatisfy(lane -> assertThat(lane.reason()).contains(words));
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void a_peer_that_does_not_know_our_ca_is_told_of_as_that(TlsEngine engine) throws IOException {
        var plan = new TwoGateways.Plan();

        assertSaid(
                plan,
                plan.clusters().foreignAuthority("osaka", SpiffeId.Role.GATEWAY),
                engine,
                "the other side does not believe our certificate",
                "TLS alert");
    }

    @ParameterizedTest
    @EnumSource(value = TlsEngine.class, names = "BORINGSSL")
    void a_peer_for_which_our_certificate_is_not_of_now_is_told_of_with_the_clocks(TlsEngine engine)
            throws IOException {
        var plan = new TwoGateways.Plan();

        assertSaid(
                plan,
                plan.clusters().expired("osaka", SpiffeId.Role.GATEWAY),
                engine,
                "has expired or is not valid yet",
                "clocks");
    }

    @ParameterizedTest
    @EnumSource(value = TlsEngine.class, names = "BORINGSSL")
    void a_peer_for_which_our_certificate_is_not_valid_yet_is_told_of_in_the_same_words(TlsEngine engine)
            throws IOException {
        var plan = new TwoGateways.Plan();

        assertSaid(
                plan,
                plan.clusters().notYetValid("osaka", SpiffeId.Role.GATEWAY),
                engine,
                "has expired or is not valid yet",
                "clocks");
    }
}
