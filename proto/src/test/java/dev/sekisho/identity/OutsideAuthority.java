package dev.sekisho.identity;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A PKI that is not ours: RSA, no SPIFFE id on its CAs, leaves from an intermediate, no key usages, two hours.
record OutsideAuthority(
        TrustDomain domain, Instant now, X509Certificate root, X509Certificate intermediate, KeyPair intermediateKey) {
    private static final X500Name ROOT = new X500Name("CN=Somebody's root");
    private static final X500Name INTERMEDIATE = new X500Name("CN=Somebody's intermediate");

    static OutsideAuthority create(TrustDomain domain, Instant now) throws Exception {
        var rootKey = newKeyPair();
        var intermediateKey = newKeyPair();
        var root = sign(ROOT, rootKey, rootKey, now, ROOT, new BasicConstraints(true));
        var intermediate = sign(ROOT, rootKey, intermediateKey, now, INTERMEDIATE, new BasicConstraints(0));
        return new OutsideAuthority(domain, now, root, intermediate, intermediateKey);
    }

    CaBundle bundle() {
        return CaBundle.parse(domain, Pem.write(List.of(root)));
    }

    Leaf leaf(SpiffeId.Role role) throws Exception {
        var id = domain.id(role);
        var key = newKeyPair();
        var san = new GeneralName(GeneralName.uniformResourceIdentifier, id.toString());
        var certificate =
                sign(INTERMEDIATE, intermediateKey, key, now, new X500Name(""), new BasicConstraints(false), san);
        return new Leaf(id, List.of(certificate, intermediate), key.getPrivate());
    }

    private static X509Certificate sign(
            X500Name issuer,
            KeyPair issuerKey,
            KeyPair key,
            Instant now,
            X500Name subject,
            BasicConstraints constraints,
            GeneralName... names)
            throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(key.hashCode()).abs().add(BigInteger.ONE),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofHours(1))),
                subject,
                key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, constraints);
        if (names.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(names));
        }
        var signer = new JcaContentSignerBuilder("SHA256withRSA").build(issuerKey.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair newKeyPair() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }
}
