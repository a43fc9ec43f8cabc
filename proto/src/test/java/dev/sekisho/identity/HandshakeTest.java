package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.identity.SpiffeId.Role;
import dev.sekisho.names.ClusterName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who is believed, shown by handshakes of real engines in all four combinations. Osaka calls Tokyo.
class HandshakeTest {
    private final TestClock clock = new TestClock();
    private final TestClusters clusters = TestClusters.linked(clock, "tokyo", "osaka", "nagoya");

    @ParameterizedTest
    @EnumSource
    void linked_clusters_know_each_other(Engines engines) throws Exception {
        var sessions = engines.handshake(clusters.gateway("osaka"), clusters.gateway("tokyo"));

        assertThat(PeerIdentity.require(sessions.client(), Role.GATEWAY, Optional.of(new ClusterName("tokyo"))))
                .hasToString("spiffe://tokyo.demo/gateway");
        assertThat(PeerIdentity.require(sessions.server(), Role.GATEWAY, Optional.empty()))
                .hasToString("spiffe://osaka.demo/gateway");
        assertThat(sessions.server().getProtocol()).isEqualTo("TLSv1.3");
    }

    @ParameterizedTest
    @EnumSource
    void programs_of_one_cluster_know_each_other(Engines engines) throws Exception {
        var sessions = engines.handshake(clusters.gateway("tokyo"), clusters.controlPlane("tokyo"));

        assertThat(SpiffeId.of(sessions.client())).hasToString("spiffe://tokyo.demo/control-plane");
        assertThat(SpiffeId.of(sessions.server())).hasToString("spiffe://tokyo.demo/gateway");
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_of_another_role_or_cluster_than_wanted_is_told_apart(Engines engines) throws Exception {
        var sessions = engines.handshake(clusters.gateway("osaka"), clusters.gateway("tokyo"));

        assertThatThrownBy(() -> PeerIdentity.require(sessions.client(), Role.CONTROL_PLANE, Optional.empty()))
                .isInstanceOf(SSLPeerUnverifiedException.class)
                .hasMessage("peer must be a control-plane, got spiffe://tokyo.demo/gateway");
        assertThatThrownBy(() ->
                        PeerIdentity.require(sessions.client(), Role.GATEWAY, Optional.of(new ClusterName("nagoya"))))
                .isInstanceOf(SSLPeerUnverifiedException.class)
                .hasMessage("peer must be of cluster nagoya, got spiffe://tokyo.demo/gateway");
    }

    @ParameterizedTest
    @EnumSource
    void a_ca_of_the_same_name_but_another_key_is_refused(Engines engines) {
        refused(
                engines,
                clusters.foreignAuthority("osaka", Role.GATEWAY),
                clusters.gateway("tokyo"),
                "spiffe://osaka.demo/gateway: not signed by a CA that we hold for osaka.demo (sha256 "
                        + clusters.cluster("osaka").authority().fingerprint());
        refused(
                engines,
                clusters.gateway("osaka"),
                clusters.foreignAuthority("tokyo", Role.GATEWAY),
                "spiffe://tokyo.demo/gateway: not signed by a CA that we hold for tokyo.demo");
    }

    @ParameterizedTest
    @EnumSource
    void a_peers_bundle_vouches_for_its_own_trust_domain_only(Engines engines) {
        refused(
                engines,
                clusters.speakingFor("osaka", "nagoya", Role.GATEWAY),
                clusters.gateway("tokyo"),
                "spiffe://osaka.demo/gateway: not signed by a CA that we hold for osaka.demo");
        refused(
                engines,
                clusters.gateway("osaka"),
                clusters.speakingFor("tokyo", "nagoya", Role.GATEWAY),
                "spiffe://tokyo.demo/gateway: not signed by a CA that we hold for tokyo.demo");
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_cannot_speak_for_the_cluster_it_calls(Engines engines) {
        refused(
                engines,
                clusters.speakingFor("tokyo", "osaka", Role.CONTROL_PLANE),
                clusters.gateway("tokyo"),
                "spiffe://tokyo.demo/control-plane: not signed by a CA that we hold for tokyo.demo");
    }

    @ParameterizedTest
    @EnumSource
    void a_cluster_that_is_not_linked_is_refused(Engines engines) {
        var elsewhere = TestClusters.linked(clock, "kyoto");
        elsewhere
                .cluster("kyoto")
                .bundles()
                .replacePeers(Map.of(
                        new ClusterName("tokyo"), clusters.cluster("tokyo").bundle()));

        refused(
                engines,
                elsewhere.gateway("kyoto"),
                clusters.gateway("tokyo"),
                "unknown trust domain kyoto.demo: not linked");
    }

    @ParameterizedTest
    @EnumSource
    void an_unlinked_peer_is_refused_from_the_next_handshake_on(Engines engines) throws Exception {
        var tokyo = clusters.gateway("tokyo");
        try (var pair = engines.between(clusters.gateway("osaka"), tokyo)) {
            pair.connect().close();
            clusters.cluster("tokyo").bundles().replacePeers(Map.of());

            assertThatThrownBy(pair::connect).hasStackTraceContaining("unknown trust domain osaka.demo: not linked");
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_expired_leaf_is_refused_on_either_side(Engines engines) {
        var message = "certificate expired since "
                + clock.instant().minus(Duration.ofHours(1)).toString().substring(0, 19);

        refused(
                engines,
                clusters.expired("osaka", Role.GATEWAY),
                clusters.gateway("tokyo"),
                "spiffe://osaka.demo/gateway: " + message);
        refused(
                engines,
                clusters.gateway("osaka"),
                clusters.expired("tokyo", Role.GATEWAY),
                "spiffe://tokyo.demo/gateway: " + message);
    }

    @ParameterizedTest
    @EnumSource
    void a_leaf_that_is_not_valid_yet_is_refused_on_either_side(Engines engines) {
        var message = "certificate not valid before "
                + clock.instant().plus(Duration.ofHours(1)).toString().substring(0, 19);

        refused(
                engines,
                clusters.notYetValid("osaka", Role.GATEWAY),
                clusters.gateway("tokyo"),
                "spiffe://osaka.demo/gateway: " + message);
        refused(
                engines,
                clusters.gateway("osaka"),
                clusters.notYetValid("tokyo", Role.GATEWAY),
                "spiffe://tokyo.demo/gateway: " + message);
    }

    @ParameterizedTest
    @EnumSource
    void a_leaf_expires_by_the_clock_that_was_given(Engines engines) throws Exception {
        var osaka = clusters.gateway("osaka");
        try (var pair = engines.between(osaka, clusters.gateway("tokyo"))) {
            clock.advance(Duration.ofHours(23));
            pair.connect().close();

            clock.advance(Duration.ofHours(2));

            assertThatThrownBy(pair::connect).hasStackTraceContaining("certificate expired since");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_leaf_without_a_spiffe_id_of_its_own_is_refused(Engines engines) {
        var tokyo = clusters.gateway("tokyo");

        refused(engines, clusters.named("osaka"), tokyo, "exactly one URI SAN, its SPIFFE id, got none");
        refused(
                engines,
                clusters.named("osaka", "spiffe://osaka.demo/gateway", "spiffe://tokyo.demo/gateway"),
                tokyo,
                "exactly one URI SAN, its SPIFFE id, got 2");
        refused(
                engines,
                clusters.named("osaka", "https://osaka.demo/gateway"),
                tokyo,
                "SPIFFE id must be spiffe://<cluster>.<clusterset>/gateway or /control-plane,"
                        + " got 'https://osaka.demo/gateway'");
    }

    @ParameterizedTest
    @EnumSource
    void a_renewed_leaf_is_shown_in_the_next_handshake_while_older_connections_go_on(Engines engines) throws Exception {
        var osaka = clusters.gateway("osaka");
        var tokyo = clusters.gateway("tokyo");
        try (var pair = engines.between(osaka, tokyo);
                var older = pair.connect()) {
            clock.advance(Duration.ofHours(17));
            assertThat(osaka.renewIfDue()).isInstanceOf(Renewal.Renewed.class);
            assertThat(tokyo.renewIfDue()).isInstanceOf(Renewal.Renewed.class);

            try (var newer = pair.connect()) {
                assertThat(newer.sessions().server().getPeerCertificates()[0].getEncoded())
                        .isEqualTo(osaka.leaf().chain().getFirst().getEncoded());
                assertThat(newer.sessions().client().getPeerCertificates()[0].getEncoded())
                        .isEqualTo(tokyo.leaf().chain().getFirst().getEncoded());
                assertThat(older.say("still here")).isEqualTo("still here");
                assertThat(newer.say("here, too")).isEqualTo("here, too");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void leaves_of_an_intermediate_from_outside_are_believed(Engines engines) throws Exception {
        var outside = OutsideAuthority.create(TestClusters.domain("osaka"), clock.instant());
        clusters.cluster("tokyo").bundles().replacePeers(Map.of(new ClusterName("osaka"), outside.bundle()));
        var osaka = clusters.showing("osaka", outside.leaf(Role.GATEWAY));

        var sessions = engines.handshake(osaka, clusters.gateway("tokyo"));

        assertThat(SpiffeId.of(sessions.server())).hasToString("spiffe://osaka.demo/gateway");
    }

    private static void refused(Engines engines, TlsIdentity caller, TlsIdentity callee, String why) {
        assertThatThrownBy(() -> engines.handshake(caller, callee))
                .isInstanceOf(SSLException.class)
                .hasStackTraceContaining(why);
    }
}
