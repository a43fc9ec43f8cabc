package dev.sekisho.controlplane.kubernetes;

import com.google.common.base.Throwables;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// What the API server's answers and refusals mean. Plain functions.
public final class ApiErrors {
    private static final Set<Integer> REFUSALS = Set.of(
            HttpURLConnection.HTTP_BAD_REQUEST,
            HttpURLConnection.HTTP_FORBIDDEN,
            422,
            HttpURLConnection.HTTP_INTERNAL_ERROR);

    private ApiErrors() {}

    /// Whether nothing can be written because the namespace is gone, or is being deleted with all that is in it.
    public static boolean isOfNoNamespace(KubernetesClientException e) {
        var details = Optional.ofNullable(e.getStatus()).map(Status::getDetails);
        var isGone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                && details.map(StatusDetails::getKind).map("namespaces"::equals).orElse(false);
        var isGoing = details.map(StatusDetails::getCauses).stream()
                .flatMap(causes -> causes.stream())
                .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
        return isGone || isGoing;
    }

    /// Whether the API server has looked at the object and will not have it, however often it is asked. Server-side
    /// apply says 500 of a field that it does not know and of an entry that stands twice in a list.
    public static boolean isRefusal(Exception e) {
        return Throwables.getCausalChain(e).stream()
                .filter(KubernetesClientException.class::isInstance)
                .mapToInt(cause -> ((KubernetesClientException) cause).getCode())
                .anyMatch(REFUSALS::contains);
    }

    /// Of a refusal it says verb, kind and namespace, as the API server does.
    public static IOException inWords(ObjectKey object, KubernetesClientException e) {
        return failure(object.toString(), e);
    }

    /// In words for an operator: never what was sent, which may be a key.
    public static IOException failure(String what, KubernetesClientException e) {
        return new IOException(what + ": " + said(e), e);
    }

    /// What the API server said, likewise.
    static String said(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(Status::getMessage)
                .or(() -> Optional.ofNullable(e.getCause()).map(Throwable::getMessage))
                .orElse("the API server does not answer");
    }

    /// What a request finds; empty when the API server has nothing of that name.
    ///
    /// @param what the object that is asked for, for an operator
    public static <T> Optional<T> found(String what, Callable<@Nullable T> read) throws IOException {
        try {
            return Optional.ofNullable(read.call());
        } catch (KubernetesClientException e) {
            throw failure(what, e);
        } catch (Exception e) {
            throw new IOException(what + ": " + e.getMessage(), e);
        }
    }
}
