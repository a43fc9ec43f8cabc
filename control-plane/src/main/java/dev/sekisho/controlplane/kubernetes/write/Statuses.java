package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.SeenObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Writes the status of objects, whoever made them, and knows what it last wrote, as the watches may show it later.
/// Blocks; any thread, one at a time per object.
final class Statuses {
    private final KubernetesClient client;
    private final SeenObjects seen;
    private final Map<ObjectKey, Written> written = new ConcurrentHashMap<>();

    /// @param seen told of what was written
    Statuses(KubernetesClient client, SeenObjects seen) {
        this.client = client;
        this.seen = seen;
    }

    private record Written(String uid, Object status) {}

    /// What stands there, by all that is known: what was last written, else what was seen.
    ///
    /// @param type of the status
    <S> Optional<S> standing(HasMetadata object, Class<S> type, Optional<S> seen) {
        return Optional.ofNullable(written.get(ObjectKey.of(object)))
                .filter(last -> last.uid().equals(object.getMetadata().getUid()))
                .map(last -> type.cast(last.status()))
                .or(() -> seen);
    }

    /// An object that is gone needs none.
    ///
    /// @param object with its uid
    void write(HasMetadata object, Object status) throws IOException {
        var key = ObjectKey.of(object);
        var metadata = object.getMetadata();
        var body = Map.of(
                "apiVersion",
                object.getApiVersion(),
                "kind",
                object.getKind(),
                "metadata",
                key.namespace().isEmpty()
                        ? Map.of("name", metadata.getName())
                        : Map.of("name", metadata.getName(), "namespace", key.namespace()),
                "status",
                status);
        try {
            seen.wrote(client.resource(object)
                    .subresource("status")
                    .patch(
                            AppliedObjects.applying(true),
                            client.getKubernetesSerialization().asJson(body)));
            written.put(key, new Written(metadata.getUid(), status));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw ApiErrors.inWords(new ObjectKey(key.kind() + " status", key.namespace(), key.name()), e);
            }
        }
    }

    /// Forgets all others.
    void retain(Set<ObjectKey> keys) {
        written.keySet().retainAll(keys);
    }
}
