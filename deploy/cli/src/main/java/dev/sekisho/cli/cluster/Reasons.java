package dev.sekisho.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// Why a file could not be used, or an API server did not give what it was asked for, in words for the user.
public final class Reasons {
    private Reasons() {}

    /// Names the file, when the failure does. What Java says of the commonest reasons is the path alone.
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing when missing.getReason() == null -> missing.getFile() + " is not there";
            case AccessDeniedException denied
            when denied.getReason() == null -> denied.getFile() + ": permission denied";
            case NotDirectoryException wrong -> wrong.getFile() + " is not a folder";
            case FileAlreadyExistsException inTheWay
            when inTheWay.getReason() == null -> inTheWay.getFile() + " is in the way";
            default -> String.valueOf(failure.getMessage());
        };
    }

    /// The same for a failure that may not name the file.
    public static String of(Path file, IOException failure) {
        // Java has no exception of its own for this.
        if (Files.isDirectory(file)) {
            return file + " is a folder, and must be a file";
        }
        return switch (failure) {
            case FileSystemException named -> of(named);
            case CharacterCodingException _ -> file + " is no UTF-8 text";
            default -> file + ": " + of(failure);
        };
    }

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
