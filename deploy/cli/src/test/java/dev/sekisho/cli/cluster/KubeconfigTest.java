package dev.sekisho.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.cli.UserError;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.TrustDomain;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which cluster the user's kubeconfig means.
class KubeconfigTest {
    /// The object identifier of the curve (RFC 5480).
    private static final byte[] P_256 = HexFormat.of().parseHex("06082a8648ce3d030107");

    private static final String NONE = "current-context: ''";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private Path file(String name, String last) throws IOException {
        return Files.writeString(home.resolve(name), """
            apiVersion: v1
            kind: Config
            clusters:
              - {name: one, cluster: {server: "https://192.0.2.1:6443"}}
              - {name: two, cluster: {server: "https://192.0.2.2:6443"}}
            users:
              - {name: admin, user: {token: secret}}
            contexts:
              - {name: tokyo, context: {cluster: one, user: admin}}
              - {name: osaka, context: {cluster: two, user: admin}}
            """ + last);
    }

    private Kubeconfig asked(Path file) {
        return Kubeconfig.find(Optional.of(file), Map.of(), home);
    }

    @Test
    void the_current_context_is_meant_when_nothing_is_said() throws IOException {
        var config = asked(file("config", "current-context: osaka")).config(Optional.empty());

        assertThat(config.getMasterUrl()).isEqualTo("https://192.0.2.2:6443/");
        assertThat(config.getCurrentContext().getName()).isEqualTo("osaka");
    }

    @Test
    void a_context_can_be_chosen() throws IOException {
        var config = asked(file("config", "current-context: osaka")).config(Optional.of("tokyo"));

        assertThat(config.getMasterUrl()).isEqualTo("https://192.0.2.1:6443/");
    }

    @Test
    void an_unknown_context_is_never_taken_for_the_current_one() throws IOException {
        var kubeconfig = asked(file("config", "current-context: osaka"));

        assertThatThrownBy(() -> kubeconfig.config(Optional.of("kyoto")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no context 'kyoto'")
                .hasMessageContaining("osaka, tokyo");
    }

    @Test
    void without_a_current_context_one_must_be_chosen() throws IOException {
        var kubeconfig = asked(file("config", NONE));

        assertThatThrownBy(() -> kubeconfig.config(Optional.empty()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--context")
                .hasMessageContaining("osaka, tokyo");
    }

    @Test
    void without_any_kubeconfig_both_ways_to_name_a_cluster_are_told() {
        assertThatThrownBy(() -> Kubeconfig.find(Optional.empty(), Map.of(), home))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--directory DIR")
                .hasMessageContaining("--kubeconfig FILE")
                .hasMessageContaining(home + "/.kube/config");
    }

    @Test
    void a_kubeconfig_that_was_asked_for_must_be_there() {
        assertThatThrownBy(() -> asked(home.resolve("absent")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--kubeconfig " + home.resolve("absent"));
    }

    @Test
    void the_environment_names_files_of_which_those_that_are_there_count() throws IOException {
        var there = file("other", "current-context: tokyo");

        var found = Kubeconfig.find(Optional.empty(), Map.of("KUBECONFIG", home.resolve("absent") + ":" + there), home);

        assertThat(found.config(Optional.empty()).getMasterUrl()).isEqualTo("https://192.0.2.1:6443/");
    }

    @Test
    void invariant_6_a_file_that_is_no_kubeconfig_is_named_and_not_quoted() throws IOException {
        var file = Files.writeString(home.resolve("broken"), "users: [{user: {token: abracadabra}");

        assertThatThrownBy(() -> asked(file).config(Optional.empty()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("abracadabra");
    }

    /// As `openssl genpkey`, `openssl ecparam -genkey -noout` and `openssl ecparam -genkey` write them.
    @ParameterizedTest
    @ValueSource(strings = {"PKCS#8", "SEC 1", "SEC 1 after its parameters", "PKCS#8 after its parameters"})
    void an_ec_key_is_taken_in_every_form_that_kubectl_takes(String form) throws Exception {
        var pair = ClusterAuthority.create(TrustDomain.parse("tokyo.example"), InstantSource.system())
                .pem();
        var pkcs8 = Base64.getMimeDecoder().decode(pair.key().replaceAll("-----[^-]+-----", ""));
        var info = PrivateKeyInfo.getInstance(pkcs8);
        var inner = ECPrivateKey.getInstance(info.parsePrivateKey());
        var curve = info.getPrivateKeyAlgorithm().getParameters();
        // Alone, the key says on which curve it is.
        var sec1 = new ECPrivateKey(256, inner.getKey(), inner.getPublicKey(), curve).getEncoded();
        var pem = (form.contains("parameters") ? block("EC PARAMETERS", P_256) : "")
                + (form.startsWith("SEC 1") ? block("EC PRIVATE KEY", sec1) : block("PRIVATE KEY", pkcs8));
        var file = file("config", "current-context: osaka");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "{token: secret}",
                                "{client-certificate-data: %s, client-key-data: %s}"
                                        .formatted(base64(pair.certificates()), base64(pem))));

        var config = asked(file).config(Optional.empty());

        assertThat(SSLUtils.keyManagers(config)).hasSize(1);
    }

    private static String block(String title, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(title, Base64.getMimeEncoder().encodeToString(der).replace("\r", ""), title);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256", "EdDSA, 255"})
    void the_kind_of_a_client_key_in_pkcs8_is_found_out(String algorithm, int size) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        var key = generator.generateKeyPair().getPrivate().getEncoded();
        var pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n";

        assertThat(ClientKeys.ofPkcs8(pem)).contains(algorithm);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        tokyo,         tokyo
        kind-tokyo:1,  kind-tokyo:1
        two words,     'two words'
        it's,          'it'\\''s'
        $(reboot),     '$(reboot)'
        """, quoteCharacter = '"')
    void what_is_pasted_into_a_shell_is_one_word(String word, String quoted) {
        assertThat(Shell.quote(word)).isEqualTo(quoted);
    }
}
