package dev.sekisho.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// The CAs of one trust domain, as public as its clusters' names. More than one means a rotation: the old and the
/// new CA both hold until the old one is taken out.
public final class CaBundle {
    private static final int MAX_CERTIFICATES = 8;

    private final TrustDomain domain;
    private final List<X509Certificate> certificates;

    private CaBundle(TrustDomain domain, List<X509Certificate> certificates) {
        this.domain = domain;
        this.certificates = List.copyOf(certificates);
    }

    /// @param domain whose CAs `pem` is said to hold
    /// @param pem one to 8 CERTIFICATE blocks
    /// @throws IllegalArgumentException saying what is wrong: no certificate, a private key (never quoted), a
    /// certificate that is not a CA or names another trust domain. An expired CA is taken; see [#requireCurrent].
    public static CaBundle parse(TrustDomain domain, String pem) {
        try {
            return of(domain, Pem.certificates(pem));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("CA bundle of " + domain + ": " + e.getMessage(), e);
        }
    }

    static CaBundle of(TrustDomain domain, List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificate in it");
        }
        if (certificates.size() > MAX_CERTIFICATES) {
            throw new IllegalArgumentException(
                    "at most " + MAX_CERTIFICATES + " certificates, got " + certificates.size());
        }
        for (var certificate : certificates) {
            requireCaOf(domain, certificate);
        }
        return new CaBundle(domain, certificates);
    }

    public TrustDomain domain() {
        return domain;
    }

    public List<X509Certificate> certificates() {
        return certificates;
    }

    public String pem() {
        return Pem.write(certificates);
    }

    /// SHA-256 of each certificate's DER, lower-case hex, in the bundle's order.
    public List<String> fingerprints() {
        return certificates.stream().map(CaBundle::fingerprint).toList();
    }

    /// When the last of these CAs expires.
    public Instant notAfter() {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .reduce(Instant.MIN, (left, right) -> left.isAfter(right) ? left : right);
    }

    /// @throws IllegalArgumentException when every CA of the bundle has expired, or none is valid yet
    public void requireCurrent(Instant now) {
        if (validAt(now).isEmpty()) {
            throw new IllegalArgumentException(
                    now.isAfter(notAfter())
                            ? "CA bundle of " + domain + ": every CA in it has expired, the last at " + notAfter()
                            : "CA bundle of " + domain + ": no CA in it is valid yet; is the clock right?");
        }
    }

    /// The CAs whose validity includes `now`.
    List<X509Certificate> validAt(Instant now) {
        return certificates.stream()
                .filter(certificate -> !now.isBefore(certificate.getNotBefore().toInstant())
                        && !now.isAfter(certificate.getNotAfter().toInstant()))
                .toList();
    }

    /// SHA-256 of the certificate's DER, lower-case hex.
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Pem.der(certificate)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CaBundle bundle
                && domain.equals(bundle.domain)
                && certificates.equals(bundle.certificates);
    }

    @Override
    public int hashCode() {
        return 31 * domain.hashCode() + certificates.hashCode();
    }

    @Override
    public String toString() {
        return "CaBundle[" + domain + ", sha256 " + fingerprints() + "]";
    }

    private static void requireCaOf(TrustDomain domain, X509Certificate certificate) {
        var subject = Printable.of(certificate.getSubjectX500Principal().getName());
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException(
                    "'" + subject + "' is not a CA; give the CA's certificate (ca.crt), not a leaf's (tls.crt)");
        }
        try {
            // A CA from elsewhere need not be named after the domain, but one that is must be named after this one.
            var names = SpiffeId.uriNames(certificate);
            if (!names.isEmpty() && !names.contains(domain.uri().toString())) {
                throw new IllegalArgumentException("'" + subject + "' is the CA of " + Printable.of(names.getFirst())
                        + ", not of " + domain.uri());
            }
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("'" + subject + "' has names that cannot be read", e);
        }
    }
}
