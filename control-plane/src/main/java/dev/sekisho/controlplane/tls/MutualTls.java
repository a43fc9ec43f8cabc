package dev.sekisho.controlplane.tls;

import dev.sekisho.identity.PeerIdentity;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.ClusterName;
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

/// TLS of a server: 1.3 only, certificates of both sides, and who is at the other end. Any thread.
public final class MutualTls {
    private final TlsIdentity identity;

    public MutualTls(TlsIdentity identity) {
        this.identity = identity;
    }

    public ServerSSLOptions server() {
        return new ServerSSLOptions()
                .setClientAuth(ClientAuth.REQUIRED)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(identity.trustManager()));
    }

    /// Who has dialled us. The chain is checked once more: a handshake that resumes an earlier session shows none.
    ///
    /// @param role the program the caller must be
    /// @param cluster the cluster it must belong to; empty when any will do that is believed
    /// @throws CertificateException when the caller is not believed (any more)
    /// @throws SSLPeerUnverifiedException when it is somebody else
    public SpiffeId caller(HttpConnection connection, SpiffeId.Role role, Optional<ClusterName> cluster)
            throws SSLPeerUnverifiedException, CertificateException {
        var id = PeerIdentity.require(connection.sslSession(), role, cluster);
        var chain = connection.peerCertificates().stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
        identity.trustManager()
                .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        return id;
    }
}
