package dev.sekisho.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/// Certificates and keys as text (RFC 7468). No message quotes what it read: it might be a key.
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    // A chain or a bundle in rotation has two or three; this only stops a file that was given by mistake.
    private static final int MAX_OBJECTS = 32;

    private Pem() {}

    /// Every certificate of `text`, in its order; may be empty.
    ///
    /// @throws IllegalArgumentException when something else is in it, or a certificate cannot be read
    static List<X509Certificate> certificates(String text) {
        var certificates = new ArrayList<X509Certificate>();
        for (var object : objects(text)) {
            if (object.getType().endsWith("PRIVATE KEY")) {
                throw new IllegalArgumentException(
                        "a private key is in it; only certificates belong here, and a key that"
                                + " was copied around should be replaced");
            }
            if (!object.getType().equals(CERTIFICATE)) {
                throw new IllegalArgumentException(
                        "only CERTIFICATE blocks belong here, got " + Printable.of(object.getType()));
            }
            certificates.add(certificate(object.getContent()));
        }
        return certificates;
    }

    static X509Certificate certificate(byte[] der) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            if (factory.generateCertificate(new ByteArrayInputStream(der)) instanceof X509Certificate certificate) {
                return certificate;
            }
            throw new IllegalArgumentException("the certificate is not X.509");
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate cannot be decoded", e);
        }
    }

    /// The one private key of `text`: PKCS#8, or the older forms of RFC 5915 and PKCS#1, not encrypted.
    ///
    /// @throws IllegalArgumentException when there is none; it has no cause, lest a parser's words quote the key
    @SuppressWarnings("UnusedException") // on purpose, see above
    static PrivateKey privateKey(String text) {
        try (var parser = new PEMParser(new StringReader(text))) {
            var converter = new JcaPEMKeyConverter();
            for (var object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                }
                if (object instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("the private key cannot be decoded");
        }
        throw new IllegalArgumentException("no unencrypted PEM private key in it");
    }

    static String write(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            text.append(block(CERTIFICATE, der(certificate)));
        }
        return text.toString();
    }

    /// PKCS#8.
    static String write(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the certificate cannot be encoded", e);
        }
    }

    @SuppressWarnings("UnusedException") // a parser's words might quote a key
    private static List<PemObject> objects(String text) {
        var objects = new ArrayList<PemObject>();
        try (var reader = new PemReader(new StringReader(text))) {
            for (var object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                if (objects.size() == MAX_OBJECTS) {
                    throw new IllegalArgumentException("more than " + MAX_OBJECTS + " PEM blocks in it");
                }
                objects.add(object);
            }
        } catch (IOException | org.bouncycastle.util.encoders.DecoderException e) {
            throw new IllegalArgumentException("it is not PEM: a block is cut short or not base64");
        }
        return objects;
    }

    private static String block(String type, byte[] der) {
        var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }
}
