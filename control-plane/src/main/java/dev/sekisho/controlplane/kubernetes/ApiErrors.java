package dev.sekisho.controlplane.kubernetes;

import com.google.common.base.Throwables;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;

/// What the API server's refusals mean. Plain functions.
final class ApiErrors {
    private static final Set<Integer> REFUSALS = Set.of(
            HttpURLConnection.HTTP_BAD_REQUEST,
            HttpURLConnection.HTTP_FORBIDDEN,
            422,
            HttpURLConnection.HTTP_INTERNAL_ERROR);

    private ApiErrors() {}

    /// Whether nothing can be written because the namespace is gone, or is being deleted with all that is in it.
    static boolean isOfNoNamespace(KubernetesClientException e) {
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
    static boolean isRefusal(Exception e) {
        return Throwables.getCausalChain(e).stream()
                .filter(KubernetesClientException.class::isInstance)
                .mapToInt(cause -> ((KubernetesClientException) cause).getCode())
                .anyMatch(REFUSALS::contains);
    }

    /// Of a refusal it says verb, kind and namespace, as the API server does.
    static IOException inWords(ObjectKey object, KubernetesClientException e) {
        return HomeObjects.failure(object.toString(), e);
    }
}
