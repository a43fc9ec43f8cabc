package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.identity.SpiffeId.Role;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a handshake of honest engines cannot show: chains that only somebody with a tool would send.
class PeerTrustTest {
    private final TestClock clock = new TestClock();
    private final TestClusters clusters = TestClusters.linked(clock, "tokyo", "osaka");
    private final ClusterAuthority osaka = clusters.cluster("osaka").authority();
    private final PeerTrust trust = new PeerTrust(clusters.cluster("tokyo").bundles(), clock);

    @Test
    void a_leaf_cannot_sign_another_leaf() throws Exception {
        var stolen = osaka.issue(Role.GATEWAY);
        var forger =
                new ClusterAuthority(osaka.domain(), stolen.chain().getFirst(), osaka.bundle(), stolen.key(), clock);
        var forged = forger.issue(Role.CONTROL_PLANE);

        refused("chain is not valid", forged.chain().getFirst(), stolen.chain().getFirst());
    }

    @Test
    void a_ca_certificate_is_not_a_leaf() {
        refused("must be spiffe://<cluster>.<clusterset>/gateway", osaka.certificate());
    }

    @Test
    void a_forgers_ca_in_the_chain_adds_nothing() throws Exception {
        var forger = ClusterAuthority.create(osaka.domain(), clock);

        refused(
                "not signed by a CA that we hold for osaka.demo",
                forger.issue(Role.GATEWAY).chain().getFirst(),
                forger.certificate());
    }

    @Test
    void the_peers_ca_may_be_at_the_end_of_its_chain() throws Exception {
        var chain = new X509Certificate[] {osaka.issue(Role.GATEWAY).chain().getFirst(), osaka.certificate()};

        assertThatCode(() -> trust.checkClientTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
    }

    @Test
    void no_certificates_and_too_many_are_refused() throws Exception {
        var leaf = osaka.issue(Role.GATEWAY).chain().getFirst();

        refused("the peer has shown no certificate");
        refused("at most 5 certificates, got 6", leaf, leaf, leaf, leaf, leaf, leaf);
    }

    @Test
    void a_leaf_from_the_future_is_refused() {
        var now = clock.instant();
        var leaf = osaka.issue(
                osaka.domain().id(Role.GATEWAY), now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2)));

        refused("certificate not valid before", leaf.chain().getFirst());
    }

    @Test
    void a_peer_whose_ca_has_expired_is_refused_with_what_to_do() {
        var now = clock.instant();
        clock.advance(Duration.ofDays(3651));
        var leaf = osaka.issue(
                osaka.domain().id(Role.GATEWAY), now, clock.instant().plus(Duration.ofDays(1)));

        refused("no CA of osaka.demo that we hold is valid now", leaf.chain().getFirst());
    }

    @Test
    void no_stranger_is_told_whom_we_trust() {
        assertThat(trust.getAcceptedIssuers()).isEmpty();
    }

    private void refused(String why, X509Certificate... chain) {
        assertThatThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> trust.checkServerTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(why);
    }
}
