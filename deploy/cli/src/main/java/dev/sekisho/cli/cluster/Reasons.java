package dev.sekisho.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// Why an API server did not give what it was asked for, in words for the user.
public final class Reasons {
    private Reasons() {}

    public static String of(KubernetesClientException failure) {
        if (isUnreached(failure)) {
            return unreached(failure);
        }
        var said = Optional.ofNullable(failure.getStatus())
                .flatMap(status -> Optional.ofNullable(status.getMessage()))
                .orElse(String.valueOf(failure.getMessage()));
        return switch (failure.getCode()) {
            case 401 -> "the API server does not know these credentials (401); are they expired?";
            case 403 -> "not allowed: " + said;
            default -> said;
        };
    }

    /// Whether nobody answered at all.
    public static boolean isUnreached(KubernetesClientException failure) {
        return failure.getCode() <= 0;
    }

    private static String unreached(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case ConnectException refused -> {
                    return "the API server cannot be reached: " + refused.getMessage();
                }
                case UnknownHostException host -> {
                    return "the API server's name is not known: " + host.getMessage();
                }
                case SSLException tls -> {
                    return "no trust between us and the API server: " + tls.getMessage();
                }
                case TimeoutException _ -> {
                    return "the API server did not answer in time";
                }
                default -> {}
            }
        }
        return "the API server cannot be reached: " + innermost(failure).getMessage();
    }

    private static Throwable innermost(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
