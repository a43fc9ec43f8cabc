package dev.sekisho.controlplane.feed;

import dev.sekisho.identity.PeerIdentity;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/// TLS towards our own gateways: 1.3 only, certificates of both sides, and nobody but a gateway of this cluster.
final class FeedTls {
    private final TlsIdentity identity;

    FeedTls(TlsIdentity identity) {
        this.identity = identity;
    }

    ServerSSLOptions server() {
        return new ServerSSLOptions()
                .setClientAuth(ClientAuth.REQUIRED)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(identity.trustManager()));
    }

    /// The chain is checked once more, because a handshake that resumes an earlier session shows none.
    ///
    /// @throws CertificateException when the caller is not believed (any more)
    /// @throws SSLPeerUnverifiedException when it is somebody else than a gateway of this cluster
    void requireOwnGateway(HttpConnection connection) throws SSLPeerUnverifiedException, CertificateException {
        PeerIdentity.require(
                connection.sslSession(),
                SpiffeId.Role.GATEWAY,
                Optional.of(identity.id().cluster()));
        var chain = connection.peerCertificates().stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
        identity.trustManager()
                .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
    }
}
