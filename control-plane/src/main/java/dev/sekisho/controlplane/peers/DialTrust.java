package dev.sekisho.controlplane.peers;

import dev.sekisho.identity.SpiffeId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Whom one dial believes: what the cluster's trust manager believes, and of these only the one we want to reach.
/// Each dial has its own, so no handshake resumes an earlier session and goes past this check.
final class DialTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager believed;
    private final SpiffeId wanted;
    private volatile boolean reached;

    DialTrust(X509ExtendedTrustManager believed, SpiffeId wanted) {
        this.believed = believed;
        this.wanted = wanted;
    }

    /// The chain is good, but of another program or cluster than the one that was dialled.
    static final class WrongPeerException extends CertificateException {
        WrongPeerException(SpiffeId wanted, SpiffeId got) {
            super("who answers there must be " + wanted + ", got " + got);
        }
    }

    /// Whether the handshake got as far as to show that the right peer is at the other end.
    boolean hasReachedPeer() {
        return reached;
    }

    private void requireWanted(X509Certificate[] chain) throws CertificateException {
        var got = SpiffeId.of(chain[0]);
        if (!got.equals(wanted)) {
            throw new WrongPeerException(wanted, got);
        }
        reached = true;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        believed.checkServerTrusted(chain, authType);
        requireWanted(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        believed.checkServerTrusted(chain, authType, socket);
        requireWanted(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        believed.checkServerTrusted(chain, authType, engine);
        requireWanted(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a dial has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("a dial has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("a dial has no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return believed.getAcceptedIssuers();
    }
}
