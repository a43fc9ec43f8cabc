package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.identity.AuthorityPem;
import dev.sekisho.identity.AuthoritySource;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.TrustDomain;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster's CA in its Secret, `<name>-ca`: `ca.crt` and `ca.key`. Made when there is none; whoever has put one
/// there before keeps it. From here the key goes to the process that signs with it, and nowhere else (invariant 6).
/// Blocks; any thread.
public final class ClusterSecrets implements AuthoritySource {
    static final String SUFFIX = "ca";
    private static final Logger log = LoggerFactory.getLogger(ClusterSecrets.class);

    private final HomeObjects home;
    private final TrustDomain domain;
    private final InstantSource clock;

    public ClusterSecrets(KubernetesClient client, Installation installation, TrustDomain domain, InstantSource clock) {
        this.home = new HomeObjects(client, installation);
        this.domain = domain;
        this.clock = clock;
    }

    /// @throws IOException when the API server cannot be asked, or what the Secret holds is no CA of this cluster; says
    ///     which part of it is wrong
    @Override
    public ClusterAuthority current() throws IOException {
        var kept = home.secret(SUFFIX);
        if (kept.isPresent()) {
            return read(kept.get());
        }
        var made = ClusterAuthority.create(domain, clock);
        if (home.create(secretOf(made))) {
            log.atInfo()
                    .addKeyValue("secret", nameOfSecret())
                    .addKeyValue("sha256", made.fingerprint())
                    .log("The CA of this cluster was made");
            return made;
        }
        // Another replica was faster.
        return read(home.secret(SUFFIX).orElseThrow(() -> new IOException(nameOfSecret() + " has just been deleted")));
    }

    // It outlives the installation: peers that trust this CA would not trust that of the next one.
    private Secret secretOf(ClusterAuthority authority) {
        var pem = authority.pem();
        return new SecretBuilder()
                .withMetadata(home.lasting(SUFFIX, Map.of()))
                .withType("Opaque")
                .withData(Map.of(
                        AuthorityPem.CERTIFICATES, encoded(pem.certificates()), AuthorityPem.KEY, encoded(pem.key())))
                .build();
    }

    private ClusterAuthority read(Secret secret) throws IOException {
        try {
            return ClusterAuthority.parse(
                    new AuthorityPem(required(secret, AuthorityPem.CERTIFICATES), required(secret, AuthorityPem.KEY)),
                    domain,
                    clock);
        } catch (IllegalArgumentException e) {
            throw new IOException(nameOfSecret() + ": " + e.getMessage(), e);
        }
    }

    private static String required(Secret secret, String key) {
        return text(secret, key)
                .orElseThrow(() -> new IllegalArgumentException(
                        key + ": is missing; the Secret must hold " + AuthorityPem.CERTIFICATES + " and "
                                + AuthorityPem.KEY + ", or not be there, then it is made"));
    }

    private String nameOfSecret() {
        return "Secret " + home.installation().namespace() + "/"
                + home.installation().object(SUFFIX);
    }

    /// What the Secret holds under `key`; empty when that is no text.
    static Optional<String> text(Secret secret, String key) {
        try {
            return Optional.ofNullable(secret.getData())
                    .map(data -> data.get(key))
                    .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
