package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sekisho.identity.ClusterAuthority.Existing;
import dev.sekisho.identity.SpiffeId.Role;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterAuthorityTest {
    private final TrustDomain tokyo = TestClusters.domain("tokyo");
    private final TestClock clock = new TestClock();
    private final ClusterAuthority authority = ClusterAuthority.create(tokyo, clock);

    @TempDir
    private Path directory;

    @Test
    void the_ca_names_its_trust_domain_and_signs_leaves_only() throws Exception {
        var certificate = authority.certificate();

        assertThat(SpiffeId.uriNames(certificate)).containsExactly("spiffe://tokyo.demo");
        assertThat(certificate.getBasicConstraints()).isZero();
        assertThat(certificate.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(certificate.getCriticalExtensionOIDs()).contains("2.5.29.30");
        certificate.verify(certificate.getPublicKey());
    }

    @Test
    void a_leaf_lives_for_a_day_and_is_for_both_ends_of_a_connection() throws Exception {
        var leaf = authority.issue(Role.GATEWAY);

        var certificate = leaf.chain().getFirst();
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        assertThat(SpiffeId.of(certificate)).isEqualTo(tokyo.id(Role.GATEWAY)).isEqualTo(leaf.id());
        assertThat(leaf.notBefore()).isEqualTo(now.minus(Duration.ofMinutes(5)));
        assertThat(leaf.notAfter()).isEqualTo(now.plus(Duration.ofHours(24)));
        assertThat(leaf.renewAt()).isBetween(now.plus(Duration.ofHours(15)), now.plus(Duration.ofHours(16)));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        certificate.verify(authority.certificate().getPublicKey());
    }

    @Test
    void every_leaf_has_a_key_and_a_number_of_its_own() throws Exception {
        var first = authority.issue(Role.GATEWAY).chain().getFirst();
        var second = authority.issue(Role.GATEWAY).chain().getFirst();

        assertThat(first.getSerialNumber()).isNotEqualTo(second.getSerialNumber());
        assertThat(first.getPublicKey()).isNotEqualTo(second.getPublicKey());
    }

    @Test
    void no_leaf_outlives_its_ca() throws Exception {
        var brief = ClusterAuthority.create(tokyo, clock, Duration.ofHours(3));

        assertThat(brief.issue(Role.GATEWAY).notAfter())
                .isEqualTo(brief.certificate().getNotAfter().toInstant());
        clock.advance(Duration.ofHours(4));
        assertThatThrownBy(() -> brief.issue(Role.GATEWAY))
                .isInstanceOf(CertificateExpiredException.class)
                .hasMessageContaining("the CA of tokyo.demo has expired since");
    }

    @Test
    void what_was_saved_is_loaded_and_goes_on_signing() throws Exception {
        var ca = directory.resolve("new/ca");
        authority.save(ca, Existing.REFUSE);

        var loaded = ClusterAuthority.load(ca, tokyo, clock);

        assertThat(loaded.fingerprint()).isEqualTo(authority.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(loaded.bundle()).isEqualTo(authority.bundle());
        loaded.issue(Role.GATEWAY)
                .chain()
                .getFirst()
                .verify(authority.certificate().getPublicKey());
    }

    @Test
    void invariant_6_the_key_is_for_its_owner_only() throws Exception {
        authority.save(directory, Existing.REFUSE);

        assertThat(permissions("ca.key")).isEqualTo("rw-------");
        assertThat(permissions("ca.crt")).isEqualTo("rw-r--r--");
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("ca.crt", "ca.key");
        }
    }

    @Test
    void a_ca_is_not_overwritten_unless_asked() throws Exception {
        authority.save(directory, Existing.REFUSE);
        var other = ClusterAuthority.create(tokyo, clock);

        assertThatThrownBy(() -> other.save(directory, Existing.REFUSE))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(directory.resolve("ca.key").toString())
                .hasMessageContaining("a CA is there already");
        assertThat(ClusterAuthority.load(directory, tokyo, clock).fingerprint()).isEqualTo(authority.fingerprint());
        other.save(directory, Existing.REPLACE);
        assertThat(ClusterAuthority.load(directory, tokyo, clock).fingerprint()).isEqualTo(other.fingerprint());
    }

    @Test
    void a_ca_that_cannot_be_written_whole_is_not_left_behind() throws Exception {
        // A directory in the certificate's place lets the second of the two files fail.
        Files.createDirectories(directory.resolve("ca.crt/occupied"));

        assertThatThrownBy(() -> authority.save(directory, Existing.REPLACE)).isInstanceOf(IOException.class);

        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("ca.crt");
        }
    }

    @Test
    void the_ca_of_a_rotation_that_signs_is_the_one_the_key_belongs_to() throws Exception {
        authority.save(directory, Existing.REFUSE);
        var old = ClusterAuthority.create(tokyo, clock);
        Files.writeString(
                directory.resolve("ca.crt"),
                old.bundle().pem() + authority.bundle().pem());

        var loaded = ClusterAuthority.load(directory, tokyo, clock);

        assertThat(loaded.fingerprint()).isEqualTo(authority.fingerprint());
        assertThat(loaded.bundle().fingerprints()).containsExactly(old.fingerprint(), authority.fingerprint());
    }

    @Test
    void a_key_of_another_ca_is_refused() throws Exception {
        authority.save(directory, Existing.REFUSE);
        Files.writeString(
                directory.resolve("ca.crt"),
                ClusterAuthority.create(tokyo, clock).bundle().pem());

        refused(directory.resolve("ca.key") + ": does not belong to the certificate in ca.crt");
    }

    @Test
    void the_ca_of_another_cluster_is_refused() throws Exception {
        ClusterAuthority.create(TestClusters.domain("osaka"), clock).save(directory, Existing.REFUSE);

        refused("is the CA of spiffe://osaka.demo, not of spiffe://tokyo.demo");
    }

    @Test
    void an_absent_file_is_named() throws Exception {
        authority.save(directory, Existing.REFUSE);
        Files.delete(directory.resolve("ca.crt"));

        refused(directory.resolve("ca.crt") + ": no such file");
    }

    @Test
    void invariant_6_a_damaged_key_is_reported_without_quoting_it() throws Exception {
        authority.save(directory, Existing.REFUSE);
        var file = directory.resolve("ca.key");
        var pem = Files.readString(file);
        var key = Pem.privateKey(pem);

        for (var damaged : new String[] {
            pem.substring(0, 100),
            pem.replace("-----END", "----END"),
            pem.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
            pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            pem.replaceFirst("\nM", "\n*"),
            pem.replaceAll("-----.*-----\n", "")
        }) {
            Files.writeString(file, damaged);
            assertThat(catchThrowable(() -> ClusterAuthority.load(directory, tokyo, clock)))
                    .as(damaged)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file + ": ")
                    .satisfies(Secrets.notQuoted(key));
        }
    }

    @Test
    void invariant_6_no_key_shows_up_in_text() throws Exception {
        authority.save(directory, Existing.REFUSE);
        var caKey = Pem.privateKey(Files.readString(directory.resolve("ca.key")));
        var identity = TlsIdentities.fromDirectory(directory, tokyo.id(Role.GATEWAY), clock, new TrustBundles(tokyo));
        var leafKey = identity.leaf().key();

        for (var shown :
                new Object[] {authority, authority.bundle(), identity, identity.leaf(), identity.keyManager()}) {
            Secrets.assertNotIn(shown.toString(), caKey);
            Secrets.assertNotIn(shown.toString(), leafKey);
        }
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)));
    }

    private void refused(String why) {
        assertThatThrownBy(() -> ClusterAuthority.load(directory, tokyo, clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }
}
