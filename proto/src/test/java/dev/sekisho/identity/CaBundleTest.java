package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.identity.SpiffeId.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaBundleTest {
    private final TrustDomain osaka = TestClusters.domain("osaka");
    private final TestClock clock = new TestClock();
    private final ClusterAuthority authority = ClusterAuthority.create(osaka, clock, Duration.ofDays(30));

    @Test
    void old_and_new_ca_may_overlap() {
        var next = ClusterAuthority.create(osaka, clock, Duration.ofDays(60));

        var bundle = CaBundle.parse(
                osaka, authority.bundle().pem() + "\n" + next.bundle().pem());

        assertThat(bundle.fingerprints()).containsExactly(authority.fingerprint(), next.fingerprint());
        assertThat(bundle.notAfter()).isEqualTo(next.certificate().getNotAfter().toInstant());
        clock.advance(Duration.ofDays(31));
        assertThat(bundle.validAt(clock.instant())).containsExactly(next.certificate());
    }

    @Test
    void text_before_and_between_the_blocks_does_not_matter() {
        var bundle = CaBundle.parse(
                osaka, "# Osaka's CA\r\n\r\n" + authority.bundle().pem().replace("\n", "\r\n"));

        assertThat(bundle).isEqualTo(authority.bundle());
    }

    @Test
    void text_without_a_certificate_is_refused() {
        refused("hello", "CA bundle of osaka.demo: no certificate in it");
        refused("", "CA bundle of osaka.demo: no certificate in it");
    }

    @Test
    void a_block_that_was_cut_short_is_refused() {
        var pem = authority.bundle().pem();

        refused(pem.substring(0, pem.length() / 2), "not PEM: a block is cut short");
        refused(pem.replaceFirst("\nM", "\n*"), "CA bundle of osaka.demo: ");
        refused(
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "CA bundle of osaka.demo: a certificate cannot be decoded");
    }

    @Test
    void a_leaf_is_no_ca() throws Exception {
        refused(Pem.write(authority.issue(Role.GATEWAY).chain()), "is not a CA; give the CA's certificate (ca.crt)");
    }

    @Test
    void the_ca_of_another_trust_domain_is_refused() {
        var tokyo = ClusterAuthority.create(TestClusters.domain("tokyo"), clock);

        refused(tokyo.bundle().pem(), "is the CA of spiffe://tokyo.demo, not of spiffe://osaka.demo");
    }

    @Test
    void more_certificates_than_a_rotation_needs_are_refused() {
        refused(authority.bundle().pem().repeat(9), "at most 8 certificates, got 9");
        refused(authority.bundle().pem().repeat(100), "more than 32 PEM blocks");
    }

    @Test
    void a_bundle_of_expired_cas_is_reported() {
        var bundle = authority.bundle();
        bundle.requireCurrent(clock.instant());

        clock.advance(Duration.ofDays(31));

        assertThatThrownBy(() -> bundle.requireCurrent(clock.instant()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CA bundle of osaka.demo: every CA in it has expired, the last at " + bundle.notAfter());
    }

    @Test
    void invariant_6_a_private_key_in_a_bundle_is_refused_and_not_quoted() throws Exception {
        var leaf = authority.issue(Role.GATEWAY);
        var key = Pem.write(leaf.key());

        for (var text : List.of(
                key,
                authority.bundle().pem() + key,
                key.replace("PRIVATE KEY", "EC PRIVATE KEY"),
                key.substring(0, 120),
                key.replace("-----END", "----END"),
                key.replace("M", "*"))) {
            assertThatThrownBy(() -> CaBundle.parse(osaka, text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(Secrets.notQuoted(leaf.key()));
        }
        refused(key, "a private key is in it");
    }

    private void refused(String pem, String why) {
        assertThatThrownBy(() -> CaBundle.parse(osaka, pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
