package dev.sekisho.controlplane.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertificateException;
import java.util.Optional;

/// What lies behind a connection that did not come about, out of the causes an exception wraps.
public final class TlsFailure {
    private static final int DEEPEST = 16;

    private TlsFailure() {}

    /// What is wrong in one line, fit for a log: what a certificate check says, else the innermost cause. Never what
    /// was sent instead of TLS, which may have a password in it.
    public static String reason(Throwable failure) {
        var distrusted = find(failure, CertificateException.class);
        if (distrusted.isPresent()) {
            return messageOf(distrusted.get());
        }
        if (find(failure, NotSslRecordException.class).isPresent()) {
            return "what came is not TLS";
        }
        var cause = failure;
        for (var depth = 0; cause.getCause() != null && depth < DEEPEST; depth++) {
            cause = cause.getCause();
        }
        return messageOf(cause);
    }

    /// The outermost cause of a type, the failure itself included.
    public static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        var cause = failure;
        for (var depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /// The message of `failure` itself, fit for a log; its type when it has none.
    public static String messageOf(Throwable failure) {
        var message = failure.getMessage();
        return PeerText.printable(
                message == null || message.isBlank() ? failure.getClass().getSimpleName() : message);
    }
}
