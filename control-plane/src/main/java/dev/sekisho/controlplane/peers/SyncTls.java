package dev.sekisho.controlplane.peers;

import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Set;

/// TLS of our dials to other control planes: 1.3 only, certificates of both sides.
final class SyncTls {
    private final TlsIdentity identity;

    SyncTls(TlsIdentity identity) {
        this.identity = identity;
    }

    /// For one dial. Host names are not looked at: a cluster is known by its SPIFFE id, wherever it is dialled.
    ClientSSLOptions client(DialTrust trust) {
        return new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("")
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(trust));
    }

    DialTrust trustOnly(SpiffeId peer) {
        return new DialTrust(identity.trustManager(), peer);
    }
}
