package dev.sekisho.identity;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// The name in a certificate's URI SAN: `spiffe://<cluster>.<clusterset>/<role>` (SPIFFE-ID, sections 2 and 3). The
/// trust domain is the cluster's own; its CA can vouch for no other.
public record SpiffeId(ClusterName cluster, ClusterSetName clusterSet, Role role) {
    private static final String SCHEME = "spiffe://";
    // RFC 5280, section 4.2.1.6: the GeneralName choice uniformResourceIdentifier.
    private static final int URI_SAN = 6;

    public enum Role {
        GATEWAY("gateway"),
        CONTROL_PLANE("control-plane");

        private final String path;

        Role(String path) {
            this.path = path;
        }

        public String path() {
            return path;
        }
    }

    /// @throws IllegalArgumentException when `text` is anything but the canonical form of an id with a known role:
    /// other scheme, a port, user, query or fragment, upper case, more or fewer path segments
    public static SpiffeId parse(String text) {
        var slash = text.indexOf('/', SCHEME.length());
        if (!text.startsWith(SCHEME) || slash < 0) {
            throw new IllegalArgumentException(notAnId(text));
        }
        var path = text.substring(slash + 1);
        var role = Stream.of(Role.values())
                .filter(known -> known.path.equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(notAnId(text)));
        try {
            return TrustDomain.parse(text.substring(SCHEME.length(), slash)).id(role);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(notAnId(text), e);
        }
    }

    /// As [#parse(String)].
    public static SpiffeId parse(URI uri) {
        return parse(uri.toString());
    }

    /// The id that `certificate` carries: its one URI SAN (X509-SVID, section 2). Says nothing about who signed it.
    ///
    /// @throws CertificateException when there is no URI SAN, more than one, or it is not a SPIFFE id of ours
    public static SpiffeId of(X509Certificate certificate) throws CertificateException {
        var names = uriNames(certificate);
        if (names.size() != 1) {
            throw new CertificateException("certificate must carry exactly one URI SAN, its SPIFFE id, got "
                    + (names.isEmpty() ? "none" : names.size()));
        }
        try {
            return parse(names.getFirst());
        } catch (IllegalArgumentException e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    /// The id of the other end of `session`, once its handshake is over.
    ///
    /// @throws SSLPeerUnverifiedException when the peer has shown no certificate, or one without a SPIFFE id of
    /// ours
    public static SpiffeId of(SSLSession session) throws SSLPeerUnverifiedException {
        if (!(session.getPeerCertificates()[0] instanceof X509Certificate leaf)) {
            throw new SSLPeerUnverifiedException("the peer's certificate is not X.509");
        }
        try {
            return of(leaf);
        } catch (CertificateException e) {
            var unverified = new SSLPeerUnverifiedException(
                    Optional.ofNullable(e.getMessage()).orElse("unreadable"));
            unverified.initCause(e);
            throw unverified;
        }
    }

    static List<String> uriNames(X509Certificate certificate) throws CertificateParsingException {
        var names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return List.of();
        }
        return names.stream()
                .filter(name -> Integer.valueOf(URI_SAN).equals(name.get(0)))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    /// `<cluster>.<clusterset>`.
    public TrustDomain trustDomain() {
        return new TrustDomain(cluster, clusterSet);
    }

    /// What a client puts into SNI to reach this program behind the cluster's public port: `<role>.<trust domain>`.
    public String serverName() {
        return role.path() + "." + trustDomain();
    }

    public URI uri() {
        return URI.create(SCHEME + trustDomain() + "/" + role.path());
    }

    @Override
    public String toString() {
        return uri().toString();
    }

    private static String notAnId(String text) {
        return "SPIFFE id must be spiffe://<cluster>.<clusterset>/gateway or /control-plane, got '" + Printable.of(text)
                + "'";
    }
}
