package dev.sekisho.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The cluster's own CA: signs the leaves of this cluster's programs, and by its name constraint no other trust
/// domain's (X509-SVID, sections 2 and 5). Holds the CA's key, so it stays in the process. Any thread.
public final class ClusterAuthority {
    /// How long a CA made by [#create(TrustDomain, InstantSource)] lives.
    public static final Duration CA_VALIDITY = Duration.ofDays(3650);

    /// How long a leaf lives, unless its CA ends before.
    public static final Duration LEAF_VALIDITY = Duration.ofHours(24);

    /// How far back a certificate's life begins, for peers whose clock is behind.
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final TrustDomain domain;
    private final X509Certificate certificate;
    private final CaBundle bundle;
    private final PrivateKey key;
    private final InstantSource clock;

    /// @param certificate the one of `bundle` that belongs to `key`
    ClusterAuthority(
            TrustDomain domain, X509Certificate certificate, CaBundle bundle, PrivateKey key, InstantSource clock) {
        this.domain = domain;
        this.certificate = certificate;
        this.bundle = bundle;
        this.key = key;
        this.clock = clock;
    }

    public static ClusterAuthority create(TrustDomain domain, InstantSource clock) {
        return create(domain, clock, CA_VALIDITY);
    }

    /// Makes a new key pair (EC P-256) and a self-signed certificate; nothing is written, see [#save].
    ///
    /// @param validity at least one hour
    public static ClusterAuthority create(TrustDomain domain, InstantSource clock, Duration validity) {
        if (validity.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("a CA must be valid for at least an hour, got " + validity);
        }
        var pair = newKeyPair();
        var name = subject(domain, "Sekisho CA");
        var now = clock.instant();
        try {
            var extensions = new JcaX509ExtensionUtils();
            var host = new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, domain.toString()));
            var certificate = sign(
                    pair.getPrivate(),
                    builder(name, name, now.minus(CLOCK_SKEW), now.plus(validity), pair.getPublic(), domain.uri())
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                            .addExtension(
                                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                            .addExtension(
                                    Extension.nameConstraints,
                                    true,
                                    new NameConstraints(new GeneralSubtree[] {host}, null))
                            .addExtension(
                                    Extension.subjectKeyIdentifier,
                                    false,
                                    extensions.createSubjectKeyIdentifier(pair.getPublic())));
            var bundle = CaBundle.of(domain, List.of(certificate));
            return new ClusterAuthority(domain, certificate, bundle, pair.getPrivate(), clock);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this Java cannot make a certificate", e);
        }
    }

    /// Reads `ca.crt` and `ca.key` of `directory`. `ca.crt` may hold further CAs of the domain, old or coming ones.
    ///
    /// @throws IOException naming the file and the reason: absent, cut short, key and certificate do not belong
    /// together, or a CA of another trust domain
    public static ClusterAuthority load(Path directory, TrustDomain domain, InstantSource clock) throws IOException {
        return AuthorityFiles.load(directory, domain, clock);
    }

    /// Takes over a CA that is stored elsewhere. `ca.crt` may hold further CAs of the domain, old or coming ones.
    ///
    /// @throws IllegalArgumentException saying which part is wrong, `ca.key: ...`, and never quoting it
    public static ClusterAuthority parse(AuthorityPem pem, TrustDomain domain, InstantSource clock) {
        var bundle = bundle(pem, domain);
        var key = key(pem);
        var certificate = bundle.certificates().stream()
                .filter(candidate -> Signing.belongTogether(key, candidate.getPublicKey()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(AuthorityPem.KEY
                        + ": does not belong to the certificate in " + AuthorityPem.CERTIFICATES
                        + "; restore the pair from one backup, or make a new CA and link again"));
        return new ClusterAuthority(domain, certificate, bundle, key, clock);
    }

    private static CaBundle bundle(AuthorityPem pem, TrustDomain domain) {
        try {
            return CaBundle.parse(domain, pem.certificates());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(AuthorityPem.CERTIFICATES + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(AuthorityPem pem) {
        try {
            return Pem.privateKey(pem.key());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(AuthorityPem.KEY + ": " + e.getMessage(), e);
        }
    }

    /// As text, with the key: for where the CA is kept, and nowhere else.
    public AuthorityPem pem() {
        return new AuthorityPem(bundle.pem(), Pem.write(key));
    }

    /// A new leaf as text, see [#issue], with the CAs that vouch for it.
    ///
    /// @throws CertificateExpiredException when the CA itself has expired
    public LeafPem issuePem(SpiffeId.Role role) throws CertificateExpiredException {
        return LeafPem.of(issue(role), bundle);
    }

    /// What [#save] does about a CA that is in the directory already.
    public enum Existing {
        REFUSE,
        REPLACE
    }

    /// Writes `ca.key` (0600, PKCS#8) and `ca.crt` (0644) into `directory`, which is made if absent. Each file
    /// appears whole or not at all, the certificate last.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when one of them is there and `existing` says refuse
    /// @throws IOException naming the file that could not be written
    public void save(Path directory, Existing existing) throws IOException {
        AuthorityFiles.save(directory, pem(), existing);
    }

    /// A new leaf with a new key, valid from five minutes back until 24 hours from now, or until the CA ends.
    ///
    /// @throws CertificateExpiredException when the CA itself has expired
    public Leaf issue(SpiffeId.Role role) throws CertificateExpiredException {
        var now = clock.instant();
        var end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            throw new CertificateExpiredException("the CA of " + domain + " has expired since " + end);
        }
        var until = now.plus(LEAF_VALIDITY);
        return issue(domain.id(role), now.minus(CLOCK_SKEW), until.isAfter(end) ? end : until);
    }

    /// Signs whatever it is told to: another domain's id, a past life.
    Leaf issue(SpiffeId id, Instant notBefore, Instant notAfter) {
        return issue(id, List.of(id.uri()), notBefore, notAfter);
    }

    Leaf issue(SpiffeId id, List<URI> names, Instant notBefore, Instant notAfter) {
        var pair = newKeyPair();
        try {
            var extensions = new JcaX509ExtensionUtils();
            var issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            var subject = subject(id.trustDomain(), id.role().path());
            var leaf = sign(
                    key,
                    builder(issuer, subject, notBefore, notAfter, pair.getPublic(), names.toArray(URI[]::new))
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }))
                            .addExtension(
                                    Extension.authorityKeyIdentifier,
                                    false,
                                    extensions.createAuthorityKeyIdentifier(certificate)));
            return new Leaf(id, List.of(leaf), pair.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this Java cannot make a certificate", e);
        }
    }

    public TrustDomain domain() {
        return domain;
    }

    /// The CA certificate that signs.
    public X509Certificate certificate() {
        return certificate;
    }

    /// What peers must be given: the CA that signs, with the others of its rotation.
    public CaBundle bundle() {
        return bundle;
    }

    /// SHA-256 of the certificate's DER, lower-case hex: what two operators compare by another way than the
    /// network.
    public String fingerprint() {
        return CaBundle.fingerprint(certificate);
    }

    @Override
    public String toString() {
        return "ClusterAuthority[" + domain + ", sha256 " + fingerprint() + "]";
    }

    private static KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    private static X500Name subject(TrustDomain domain, String commonName) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        for (var label : List.of(domain.toString().split("\\.", -1)).reversed()) {
            name.addRDN(BCStyle.DC, label);
        }
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, Instant notBefore, Instant notAfter, PublicKey key, URI... names)
            throws IOException {
        var serial = new BigInteger(127, new SecureRandom()).setBit(126);
        var builder = new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(notBefore), Date.from(notAfter), subject, key);
        if (names.length > 0) {
            var alternatives = new GeneralName[names.length];
            for (var i = 0; i < names.length; i++) {
                alternatives[i] = new GeneralName(GeneralName.uniformResourceIdentifier, names[i].toString());
            }
            builder.addExtension(
                    Extension.subjectAlternativeName, false, (ASN1Encodable) new GeneralNames(alternatives));
        }
        return builder;
    }

    private static X509Certificate sign(PrivateKey key, X509v3CertificateBuilder builder)
            throws GeneralSecurityException, OperatorCreationException {
        var signer = new JcaContentSignerBuilder(Signing.algorithmOf(key)).build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }
}
