package dev.sekisho.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Believes a peer's chain when a CA of the very trust domain that its leaf names has signed it (RFC 5280, section
/// 6). Every refusal says what an operator can do about it. Host names are not looked at: who the peer must be is
/// checked after the handshake, by [PeerIdentity]. Any thread.
final class PeerTrust extends X509ExtendedTrustManager {
    private static final int MAX_CHAIN = 5;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final TrustBundles bundles;
    private final InstantSource clock;

    PeerTrust(TrustBundles bundles, InstantSource clock) {
        this.bundles = bundles;
        this.clock = clock;
    }

    private enum Purpose {
        SERVER("serverAuth", "1.3.6.1.5.5.7.3.1"),
        CLIENT("clientAuth", "1.3.6.1.5.5.7.3.2");

        private final String label;
        private final String oid;

        Purpose(String label, String oid) {
            this.label = label;
            this.oid = oid;
        }
    }

    private void check(X509Certificate[] chain, Purpose purpose) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("the peer has shown no certificate");
        }
        if (chain.length > MAX_CHAIN) {
            throw new CertificateException(
                    "the peer's chain must be at most " + MAX_CHAIN + " certificates, got " + chain.length);
        }
        var id = SpiffeId.of(chain[0]);
        var bundle = bundles.of(id.trustDomain())
                .orElseThrow(() -> new CertificateException(id + ": unknown trust domain " + id.trustDomain()
                        + ": not linked; add it as a peer if it should be"));
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS); // as certificates count
        for (var certificate : chain) {
            requireCurrent(id, certificate, now);
        }
        requireLeafFor(id, chain[0], purpose);
        var authorities = bundle.validAt(now);
        if (authorities.isEmpty()) {
            throw new CertificateExpiredException(
                    id + ": no CA of " + id.trustDomain() + " that we hold is valid now (the last one ends "
                            + bundle.notAfter() + "); exchange CA bundles again");
        }
        requirePath(id, chain, authorities, now);
    }

    private static void requireCurrent(SpiffeId id, X509Certificate certificate, Instant now)
            throws CertificateException {
        var notBefore = certificate.getNotBefore().toInstant();
        var notAfter = certificate.getNotAfter().toInstant();
        if (now.isAfter(notAfter)) {
            throw new CertificateExpiredException(id + ": certificate expired since " + notAfter + ", now is " + now
                    + "; look why it was not renewed, and whether the clocks agree");
        }
        if (now.isBefore(notBefore)) {
            throw new CertificateNotYetValidException(id + ": certificate not valid before " + notBefore + ", now is "
                    + now + "; look whether the clocks agree");
        }
    }

    private static void requireLeafFor(SpiffeId id, X509Certificate leaf, Purpose purpose) throws CertificateException {
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateException(id + ": a CA certificate cannot be used as a leaf");
        }
        var usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw new CertificateException(id + ": key usage must include digitalSignature");
        }
        var purposes = leaf.getExtendedKeyUsage();
        if (purposes != null && !purposes.contains(purpose.oid) && !purposes.contains(ANY_PURPOSE)) {
            throw new CertificateException(id + ": extended key usage must include " + purpose.label);
        }
    }

    private static void requirePath(
            SpiffeId id, X509Certificate[] chain, List<X509Certificate> authorities, Instant now)
            throws CertificateException {
        // A sender may append its CA; it adds nothing to what we hold.
        var path = Stream.of(chain)
                .filter(certificate -> !authorities.contains(certificate))
                .toList();
        try {
            var parameters = new PKIXParameters(authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet()));
            parameters.setDate(Date.from(now));
            parameters.setRevocationEnabled(false); // leaves live a day; expelling a peer drops its bundle
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (CertPathValidatorException e) {
            throw new CertificateException(refusal(id, authorities, e), e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(id + ": chain cannot be checked", e);
        }
    }

    private static String refusal(
            SpiffeId id, List<X509Certificate> authorities, CertPathValidatorException exception) {
        var reason = exception.getReason();
        if (reason == PKIXReason.NO_TRUST_ANCHOR
                || reason == CertPathValidatorException.BasicReason.INVALID_SIGNATURE) {
            return id + ": not signed by a CA that we hold for " + id.trustDomain() + " (sha256 "
                    + authorities.stream().map(CaBundle::fingerprint).collect(Collectors.joining(", "))
                    + "); compare with its ca.crt and exchange CA bundles again";
        }
        return id + ": chain is not valid: " + Printable.of(String.valueOf(exception.getMessage()));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, Purpose.CLIENT);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, Purpose.CLIENT);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, Purpose.CLIENT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, Purpose.SERVER);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, Purpose.SERVER);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, Purpose.SERVER);
    }

    /// None: a server would list them to every stranger, and engines that copy them would miss later changes.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
