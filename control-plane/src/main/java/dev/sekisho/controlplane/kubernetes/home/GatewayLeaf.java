package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.identity.AuthoritySource;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.LeafPem;
import dev.sekisho.identity.SpiffeId;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate of this cluster's gateways in its Secret, `<name>-gateway-tls`, which is mounted into their pods: a
/// leaf of 24 hours, replaced when two thirds of them are over, when the CAs change, and when it is damaged. A Secret
/// that does not carry our label is somebody else's and stays as it is (invariant 7). Blocks.
public final class GatewayLeaf implements LeaderDuty {
    private static final Logger log = LoggerFactory.getLogger(GatewayLeaf.class);
    private static final String SUFFIX = "gateway-tls";

    private final HomeObjects home;
    private final AuthoritySource authority;
    private final InstantSource clock;
    private boolean foreign;

    public GatewayLeaf(
            KubernetesClient client, Installation installation, AuthoritySource authority, InstantSource clock) {
        this.home = new HomeObjects(client, installation);
        this.authority = authority;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "the gateways' certificate";
    }

    @Override
    public void fulfil() throws IOException {
        var signing = authority.current();
        var kept = home.secret(SUFFIX);
        if (kept.isPresent() && !OwnObjects.isOurs(kept.get().getMetadata())) {
            tellForeign();
            return;
        }
        var reason = whyRenew(kept, signing);
        if (reason.isPresent()) {
            var pem = issue(signing);
            home.apply(secretOf(pem));
            log.atInfo()
                    .addKeyValue("reason", reason.get())
                    .addKeyValue("until", pem.check(self(signing), clock).notAfter())
                    .log("A certificate for the gateways was issued");
        }
    }

    private void tellForeign() {
        if (!foreign) {
            foreign = true;
            log.atInfo()
                    .addKeyValue("secret", home.installation().object(SUFFIX))
                    .log("The gateways' certificate is somebody else's to renew: its Secret does not carry our label");
        }
    }

    private Optional<String> whyRenew(Optional<Secret> kept, ClusterAuthority signing) {
        if (kept.isEmpty()) {
            return Optional.of("there is none");
        }
        var pem = new LeafPem(
                part(kept.get(), LeafPem.CHAIN), part(kept.get(), LeafPem.KEY), part(kept.get(), LeafPem.AUTHORITIES));
        if (!pem.authorities().equals(signing.bundle().pem())) {
            return Optional.of("the CAs were replaced");
        }
        try {
            var leaf = pem.check(self(signing), clock);
            var now = clock.instant();
            return now.isBefore(leaf.renewAt()) ? Optional.empty() : Optional.of("two thirds of its life are over");
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String part(Secret secret, String key) {
        return ClusterSecrets.text(secret, key).orElse("");
    }

    private static SpiffeId self(ClusterAuthority signing) {
        return signing.domain().id(SpiffeId.Role.GATEWAY);
    }

    private static LeafPem issue(ClusterAuthority signing) throws IOException {
        try {
            return signing.issuePem(SpiffeId.Role.GATEWAY);
        } catch (CertificateExpiredException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Secret secretOf(LeafPem pem) throws IOException {
        return new SecretBuilder()
                .withMetadata(home.metadata(SUFFIX, Map.of()))
                .withType("kubernetes.io/tls")
                .withData(Map.of(
                        LeafPem.CHAIN, ClusterSecrets.encoded(pem.chain()),
                        LeafPem.KEY, ClusterSecrets.encoded(pem.key()),
                        LeafPem.AUTHORITIES, ClusterSecrets.encoded(pem.authorities())))
                .build();
    }
}
