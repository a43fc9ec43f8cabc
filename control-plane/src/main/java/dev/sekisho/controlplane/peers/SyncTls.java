package dev.sekisho.controlplane.peers;

import dev.sekisho.identity.PeerIdentity;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/// TLS between control planes: 1.3 only, certificates of both sides, and who is at the other end.
final class SyncTls {
    private static final Set<String> TLS_1_3 = Set.of("TLSv1.3");

    private final TlsIdentity identity;

    SyncTls(TlsIdentity identity) {
        this.identity = identity;
    }

    ServerSSLOptions server() {
        return new ServerSSLOptions()
                .setClientAuth(ClientAuth.REQUIRED)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(TLS_1_3)
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(identity.trustManager()));
    }

    /// For one dial. Host names are not looked at: a cluster is known by its SPIFFE id, wherever it is dialled.
    ClientSSLOptions client(DialTrust trust) {
        return new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("")
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(TLS_1_3)
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(trust));
    }

    DialTrust trustOnly(SpiffeId peer) {
        return new DialTrust(identity.trustManager(), peer);
    }

    /// Who has dialled us. The chain is checked once more: a handshake that resumes an earlier session shows none.
    ///
    /// @throws CertificateException when the caller is not believed (any more)
    SpiffeId caller(HttpConnection connection) throws SSLPeerUnverifiedException, CertificateException {
        var id = PeerIdentity.require(connection.sslSession(), SpiffeId.Role.CONTROL_PLANE, Optional.empty());
        var chain = chain(connection);
        identity.trustManager()
                .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        return id;
    }

    private static X509Certificate[] chain(HttpConnection connection) throws SSLPeerUnverifiedException {
        return connection.peerCertificates().stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
    }
}
