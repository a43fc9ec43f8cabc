package dev.sekisho.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// An alert with which the other side ended a TLS connection, in words. Its name alone misleads: BoringSSL sends
/// `internal_error` where it does not know the CA, and `certificate_expired` for a certificate that is not valid yet;
/// the JDK sends `certificate_unknown` for both.
public enum TlsAlert {
    INTERNAL_ERROR(Meaning.NOT_BELIEVED),
    UNKNOWN_CA(Meaning.NOT_BELIEVED),
    CERTIFICATE_UNKNOWN(Meaning.NOT_BELIEVED_OR_NOT_OF_NOW),
    BAD_CERTIFICATE(Meaning.NOT_BELIEVED),
    ACCESS_DENIED(Meaning.NOT_BELIEVED),
    CERTIFICATE_EXPIRED(Meaning.NOT_OF_NOW);

    /// `error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR` says BoringSSL, `Received fatal alert:
    /// internal_error` the JDK.
    private static final Pattern RECEIVED =
            Pattern.compile("(?:(?:TLSV1|SSLV3)_ALERT_|received fatal alert: )(\\w+)", Pattern.CASE_INSENSITIVE);

    private final Meaning meaning;

    private enum Meaning {
        NOT_BELIEVED(
                "the other side does not believe our certificate; its Peer for this cluster is missing there, or has not"
                        + " the CA that we have now"),
        NOT_BELIEVED_OR_NOT_OF_NOW(
                NOT_BELIEVED.words + ", or for its clock our certificate has expired or is not valid yet"),
        NOT_OF_NOW(
                "for the other side our certificate has expired or is not valid yet; if it is by the clock here, one of the"
                        + " two clocks is wrong");

        private final String words;

        Meaning(String words) {
            this.words = words;
        }
    }

    TlsAlert(Meaning meaning) {
        this.meaning = meaning;
    }

    /// What the other side meant, with the alert's name.
    ///
    /// @param failure what the TLS engine says of a connection that failed
    /// @return empty when that was no alert of the other side, or one that says nothing of certificates
    public static Optional<String> inWords(String failure) {
        var received = RECEIVED.matcher(failure);
        if (!received.find()) {
            return Optional.empty();
        }
        var name = received.group(1).toUpperCase(Locale.ROOT);
        for (var alert : values()) {
            if (alert.name().equals(name)) {
                return Optional.of(alert.meaning.words + " (TLS alert " + name.toLowerCase(Locale.ROOT) + ")");
            }
        }
        return Optional.empty();
    }
}
