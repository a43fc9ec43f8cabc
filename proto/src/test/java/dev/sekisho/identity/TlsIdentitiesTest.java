package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.identity.ClusterAuthority.Existing;
import dev.sekisho.identity.SpiffeId.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentitiesTest {
    private final TrustDomain tokyo = TestClusters.domain("tokyo");
    private final SpiffeId self = tokyo.id(Role.GATEWAY);
    private final TestClock clock = new TestClock();
    private final ClusterAuthority authority = ClusterAuthority.create(tokyo, clock);
    private final TrustBundles bundles = new TrustBundles(tokyo);

    @TempDir
    private Path directory;

    @Test
    void what_an_empty_directory_lacks_is_named() {
        refused(directory + ": neither ca.key nor tls.crt is there");
    }

    @Test
    void with_a_ca_key_it_issues_its_own_leaves() throws Exception {
        authority.save(directory, Existing.REFUSE);

        var identity = TlsIdentities.fromDirectory(directory, self, clock, bundles);

        assertThat(identity.id()).isEqualTo(self);
        assertThat(identity.leaf().chain().getFirst().getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(bundles.of(tokyo)).contains(authority.bundle());
    }

    @Test
    void an_expired_ca_is_named() throws Exception {
        authority.save(directory, Existing.REFUSE);
        clock.advance(Duration.ofDays(3651));

        refused(directory.resolve("ca.crt") + ": the CA of tokyo.demo has expired since");
    }

    @Test
    void an_issued_leaf_is_renewed_at_two_thirds_of_its_life() throws Exception {
        var identity = TlsIdentities.issuedBy(authority, Role.GATEWAY, clock, bundles);
        var first = identity.leaf();
        var renewals = new AtomicInteger();
        identity.onRenewal(renewals::incrementAndGet);

        clock.advance(Duration.ofHours(15));
        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());
        assertThat(identity.leaf()).isSameAs(first);

        clock.advance(Duration.ofHours(1));
        assertThat(identity.renewIfDue())
                .isEqualTo(new Renewal.Renewed(first.notAfter().plus(Duration.ofHours(16))));
        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());
        assertThat(renewals).hasValue(1);
    }

    @Test
    void a_clock_that_was_set_back_brings_a_leaf_that_is_valid_by_it() throws Exception {
        clock.advance(Duration.ofDays(1));
        var identity = TlsIdentities.issuedBy(authority, Role.GATEWAY, clock, bundles);

        clock.advance(Duration.ofDays(-1));

        assertThat(identity.renewIfDue()).isInstanceOf(Renewal.Renewed.class);
        assertThat(identity.leaf().notBefore()).isBefore(clock.instant());
    }

    @Test
    void a_renewal_under_an_expired_ca_fails_and_keeps_the_leaf() throws Exception {
        var identity = TlsIdentities.issuedBy(authority, Role.GATEWAY, clock, bundles);
        var leaf = identity.leaf();

        clock.advance(Duration.ofDays(3651));

        assertThat(identity.renewIfDue())
                .isInstanceOfSatisfying(
                        Renewal.Failed.class,
                        failed -> assertThat(failed.reason()).contains("has expired since"));
        assertThat(identity.leaf()).isSameAs(leaf);
    }

    @Test
    void a_handshake_that_chose_its_leaf_before_a_renewal_still_gets_its_key() throws Exception {
        var identity = TlsIdentities.issuedBy(authority, Role.GATEWAY, clock, bundles);
        var keys = identity.keyManager();
        var old = identity.leaf();
        var chosen = String.valueOf(keys.chooseEngineServerAlias("EC", null, null));

        clock.advance(Duration.ofHours(17));
        identity.renewIfDue();

        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNotEqualTo(chosen);
        assertThat(keys.getCertificateChain(chosen)).containsExactlyElementsOf(old.chain());
        assertThat(keys.getPrivateKey(chosen)).isSameAs(old.key());
    }

    @Test
    void a_ca_that_was_replaced_where_it_is_kept_signs_the_next_leaf() throws Exception {
        var kept = new AtomicReference<>(authority);
        var identity = TlsIdentities.issuedBy(kept::get, Role.CONTROL_PLANE, clock, bundles);
        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());

        kept.set(ClusterAuthority.create(tokyo, clock));

        assertThat(identity.renewIfDue()).isInstanceOf(Renewal.Renewed.class);
        assertThat(bundles.of(tokyo)).contains(kept.get().bundle());
        identity.trustManager().checkClientTrusted(identity.leaf().chain().toArray(X509Certificate[]::new), "EC");
    }

    @Test
    void while_the_ca_cannot_be_read_the_one_in_use_stays_and_renews() throws Exception {
        var reachable = new AtomicBoolean(true);
        AuthoritySource source = () -> {
            if (!reachable.get()) {
                throw new IOException("no answer");
            }
            return authority;
        };
        var identity = TlsIdentities.issuedBy(source, Role.CONTROL_PLANE, clock, bundles);
        reachable.set(false);

        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());
        clock.advance(Duration.ofHours(17));
        assertThat(identity.renewIfDue()).isInstanceOf(Renewal.Renewed.class);
        assertThat(bundles.of(tokyo)).contains(authority.bundle());
    }

    @Test
    void a_ca_and_a_leaf_as_text_are_what_they_were() throws Exception {
        var again = ClusterAuthority.parse(authority.pem(), tokyo, clock);
        var leaf = again.issuePem(Role.GATEWAY);

        assertThat(again.bundle()).isEqualTo(authority.bundle());
        assertThat(leaf.check(self, clock).id()).isEqualTo(self);
        assertThat(leaf.authorities()).isEqualTo(authority.bundle().pem());
        assertThatThrownBy(() -> leaf.check(tokyo.id(Role.CONTROL_PLANE), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tls.crt: must be the certificate of ");
    }

    @Test
    void invariant_6_texts_with_a_key_in_them_do_not_show_it() throws Exception {
        assertThat(authority.pem()).hasToString("AuthorityPem[...]");
        assertThat(authority.issuePem(Role.GATEWAY)).hasToString("LeafPem[...]");
    }

    @Test
    void two_programs_that_share_a_directory_find_their_certificates_from_outside_in_folders_of_their_own()
            throws Exception {
        for (var role : Role.values()) {
            var leaf = authority.issue(role);
            var own = Files.createDirectory(directory.resolve(role == Role.GATEWAY ? "gateway" : "control-plane"));
            Files.writeString(own.resolve("tls.crt"), Pem.write(leaf.chain()));
            Files.writeString(own.resolve("tls.key"), Pem.write(leaf.key()));
            Files.writeString(own.resolve("ca.crt"), authority.bundle().pem());
        }

        for (var role : Role.values()) {
            var own = new TrustBundles(tokyo);
            var identity = TlsIdentities.fromDirectory(directory, tokyo.id(role), clock, own);

            assertThat(identity.id()).isEqualTo(tokyo.id(role));
            assertThat(own.of(tokyo)).contains(authority.bundle());
        }
    }

    @Test
    void a_mounted_secret_is_read_anew_when_kubelet_swaps_it() throws Exception {
        mount("1", authority.issue(Role.GATEWAY));
        var identity = TlsIdentities.fromDirectory(directory, TlsIdentities.idIn(directory), clock, bundles);
        var first = identity.leaf();
        assertThat(identity.id()).isEqualTo(self);
        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());

        clock.advance(Duration.ofHours(16));
        mount("2", authority.issue(Role.GATEWAY));

        assertThat(identity.renewIfDue())
                .isEqualTo(new Renewal.Renewed(first.notAfter().plus(Duration.ofHours(16))));
    }

    @Test
    void a_certificate_and_a_key_are_of_one_version_of_a_mounted_secret() throws Exception {
        mount("1", authority.issue(Role.GATEWAY));
        var identity = TlsIdentities.fromDirectory(directory, self, clock, bundles);
        // Kubelet has written some of the next version and not swapped the link yet.
        Files.writeString(
                Files.createDirectory(directory.resolve("..2")).resolve("tls.crt"),
                Pem.write(authority.issue(Role.GATEWAY).chain()));

        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());
    }

    /// As kubelet does: a folder per version, a link to it that is swapped, and links through that one.
    private void mount(String version, Leaf leaf) throws IOException {
        var files = Files.createDirectory(directory.resolve(".." + version));
        Files.writeString(files.resolve("tls.crt"), Pem.write(leaf.chain()));
        Files.writeString(files.resolve("tls.key"), Pem.write(leaf.key()));
        Files.writeString(files.resolve("ca.crt"), authority.bundle().pem());
        var next = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of(".." + version));
        Files.move(next, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        for (var name : List.of("tls.crt", "tls.key", "ca.crt")) {
            if (!Files.exists(directory.resolve(name))) {
                Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
            }
        }
    }

    @Test
    void files_from_outside_are_used_when_there_is_no_ca_key() throws Exception {
        var leaf = writeFiles(authority);

        var identity = TlsIdentities.fromDirectory(directory, self, clock, bundles);

        assertThat(identity.leaf().chain()).isEqualTo(leaf.chain());
        assertThat(bundles.of(tokyo)).contains(authority.bundle());
        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.NotDue());
    }

    @Test
    void an_intermediate_from_outside_may_be_in_tls_crt() throws Exception {
        var outside = OutsideAuthority.create(tokyo, clock.instant());
        var leaf = outside.leaf(Role.GATEWAY);
        write(Pem.write(leaf.chain()), Pem.write(leaf.key()), outside.bundle().pem());

        var identity = TlsIdentities.fromDirectory(directory, self, clock, bundles);

        assertThat(identity.leaf().chain()).hasSize(2).isEqualTo(leaf.chain());
    }

    @Test
    void changed_files_are_taken_as_one() throws Exception {
        writeFiles(authority);
        var identity = TlsIdentities.fromDirectory(directory, self, clock, bundles);
        var renewals = new AtomicInteger();
        identity.onRenewal(renewals::incrementAndGet);
        var next = ClusterAuthority.create(tokyo, clock);

        var leaf = writeFiles(next);

        assertThat(identity.renewIfDue()).isEqualTo(new Renewal.Renewed(leaf.notAfter()));
        assertThat(identity.leaf().chain()).isEqualTo(leaf.chain());
        assertThat(bundles.of(tokyo)).contains(next.bundle());
        assertThat(renewals).hasValue(1);
    }

    @Test
    void half_written_or_mismatched_files_keep_the_old_leaf_until_they_are_whole() throws Exception {
        writeFiles(authority);
        var identity = TlsIdentities.fromDirectory(directory, self, clock, bundles);
        var old = identity.leaf();
        var next = authority.issue(Role.GATEWAY);
        var key = Pem.write(next.key());

        Files.writeString(directory.resolve("tls.crt"), Pem.write(next.chain()));
        failed(identity, directory.resolve("tls.key") + ": does not belong to the certificate in tls.crt");
        Files.writeString(directory.resolve("tls.key"), key.substring(0, 100));
        failed(identity, directory.resolve("tls.key") + ": ");
        Files.delete(directory.resolve("tls.key"));
        failed(identity, directory.resolve("tls.key") + ": no such file");
        assertThat(identity.leaf()).isSameAs(old);

        Files.writeString(directory.resolve("tls.key"), key);
        assertThat(identity.renewIfDue()).isInstanceOf(Renewal.Renewed.class);
        assertThat(identity.leaf().chain()).isEqualTo(next.chain());
    }

    @Test
    void files_that_no_peer_would_believe_are_refused() throws Exception {
        var stranger = ClusterAuthority.create(tokyo, clock);
        var leaf = authority.issue(Role.GATEWAY);
        write(Pem.write(leaf.chain()), Pem.write(leaf.key()), stranger.bundle().pem());
        refused(directory.resolve("tls.crt") + ": spiffe://tokyo.demo/gateway: not signed by a CA that we hold");

        var controlPlane = authority.issue(Role.CONTROL_PLANE);
        write(
                Pem.write(controlPlane.chain()),
                Pem.write(controlPlane.key()),
                authority.bundle().pem());
        refused("must be the certificate of spiffe://tokyo.demo/gateway, got that of"
                + " spiffe://tokyo.demo/control-plane");

        writeFiles(authority);
        clock.advance(Duration.ofHours(25));
        refused("certificate expired since");
    }

    @Test
    void invariant_6_a_key_in_the_wrong_file_is_not_quoted() throws Exception {
        var leaf = authority.issue(Role.GATEWAY);
        var key = Pem.write(leaf.key());
        write(key, Pem.write(leaf.chain()), authority.bundle().pem());

        assertThatThrownBy(() -> TlsIdentities.fromDirectory(directory, self, clock, bundles))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.resolve("tls.crt") + ": a private key is in it")
                .satisfies(Secrets.notQuoted(leaf.key()));
    }

    private Leaf writeFiles(ClusterAuthority issuer) throws Exception {
        var leaf = issuer.issue(Role.GATEWAY);
        write(Pem.write(leaf.chain()), Pem.write(leaf.key()), issuer.bundle().pem());
        return leaf;
    }

    private void write(String chain, String key, String authorities) throws IOException {
        Files.writeString(directory.resolve("tls.crt"), chain);
        Files.writeString(directory.resolve("tls.key"), key);
        Files.writeString(directory.resolve("ca.crt"), authorities);
    }

    private static void failed(TlsIdentity identity, String why) {
        assertThat(identity.renewIfDue())
                .isInstanceOfSatisfying(
                        Renewal.Failed.class,
                        failed -> assertThat(failed.reason()).contains(why));
    }

    private void refused(String why) {
        assertThatThrownBy(() -> TlsIdentities.fromDirectory(directory, self, clock, bundles))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }
}
