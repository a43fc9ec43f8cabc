package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.controlplane.kubernetes.SeenObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Applies objects of ours, and knows as what it last did: what stands as it was applied is left alone, what somebody
/// changed or deleted is applied again. An object without our label is never touched (invariant 7): before one is
/// applied that the watches have not shown to be ours, it is looked up. Blocks; any thread, one at a time per object.
final class AppliedObjects {
    private final KubernetesClient client;
    private final SeenObjects seen;
    private final Map<ObjectKey, Applied> applied = new ConcurrentHashMap<>();

    /// @param seen told of what was written
    AppliedObjects(KubernetesClient client, SeenObjects seen) {
        this.client = client;
        this.seen = seen;
    }

    private record Applied(HasMetadata wanted, HasMetadata standing) {
        boolean stillStands(HasMetadata wantedNow, Optional<HasMetadata> seen) {
            return wanted.equals(wantedNow)
                    && seen.filter(now -> now.getMetadata()
                                    .getResourceVersion()
                                    .equals(standing.getMetadata().getResourceVersion()))
                            .isPresent();
        }
    }

    /// What came of it.
    sealed interface Outcome {
        /// It stands as it was wanted.
        record Stands(HasMetadata standing) implements Outcome {}

        /// Somebody else's object has its name.
        record NameTaken(HasMetadata by) implements Outcome {}

        /// Its namespace is gone, or going.
        record NoNamespace() implements Outcome {}
    }

    /// What stands as it was applied, if that is still what is wanted.
    ///
    /// @param seen the object of ours of that name, as the watches saw it last
    Optional<HasMetadata> standing(HasMetadata wanted, Optional<HasMetadata> seen) {
        return Optional.ofNullable(applied.get(ObjectKey.of(wanted)))
                .filter(last -> last.stillStands(wanted, seen))
                .map(Applied::standing);
    }

    /// Of one that does not stand so already.
    ///
    /// @param seen the object of ours of that name, as the watches saw it last
    Outcome apply(HasMetadata wanted, Optional<HasMetadata> seen) throws IOException {
        var key = ObjectKey.of(wanted);
        applied.remove(key);
        try {
            var outcome = send(wanted, seen);
            if (outcome instanceof Outcome.Stands(var standing)) {
                // Of the answer only who it is counts; its fields are the wanted ones.
                applied.put(key, new Applied(wanted, standing));
            }
            return outcome;
        } catch (KubernetesClientException e) {
            if (ApiErrors.isOfNoNamespace(e)) {
                return new Outcome.NoNamespace();
            }
            throw ApiErrors.inWords(key, e);
        }
    }

    private Outcome send(HasMetadata wanted, Optional<HasMetadata> seen) {
        if (seen.isPresent()) {
            try {
                return replace(wanted, seen.get());
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                // It was deleted since, and there may be another one.
            }
        }
        var standing = Optional.ofNullable(client.resource(wanted).get());
        if (standing.isEmpty()) {
            // Not by force: should somebody else's have come just now, it is a conflict.
            return patch(wanted, false);
        }
        return OwnObjects.isOurs(standing.get().getMetadata())
                ? replace(wanted, standing.get())
                : new Outcome.NameTaken(standing.get());
    }

    /// @param standing whose uid tells it from another one of that name
    private Outcome replace(HasMetadata wanted, HasMetadata standing) {
        var identified = client.getKubernetesSerialization().clone(wanted);
        identified.getMetadata().setUid(standing.getMetadata().getUid());
        return patch(identified, true);
    }

    private Outcome patch(HasMetadata wanted, boolean force) {
        var standing = client.resource(wanted)
                .patch(applying(force), client.getKubernetesSerialization().asJson(wanted));
        seen.wrote(standing);
        return new Outcome.Stands(standing);
    }

    static PatchContext applying(boolean force) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(OwnObjects.FIELD_MANAGER)
                .withForce(force)
                .build();
    }

    /// Deletes exactly what was seen, or what became of it if that is still ours.
    void delete(HasMetadata seen) throws IOException {
        var key = ObjectKey.of(seen);
        applied.remove(key);
        try {
            if (deleted(seen)) {
                return;
            }
            var standing = Optional.ofNullable(client.resource(seen).get())
                    .filter(now -> OwnObjects.isOurs(now.getMetadata()));
            if (standing.isPresent() && !deleted(standing.get())) {
                throw new IOException(key + ": is being changed by somebody, so it could not be deleted yet");
            }
        } catch (KubernetesClientException e) {
            throw ApiErrors.inWords(key, e);
        }
    }

    /// @return false when it has been changed since
    private boolean deleted(HasMetadata seen) {
        try {
            client.resource(seen)
                    .lockResourceVersion(seen.getMetadata().getResourceVersion())
                    .delete();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    /// Forgets all others.
    void retain(Set<ObjectKey> keys) {
        applied.keySet().retainAll(keys);
    }
}
