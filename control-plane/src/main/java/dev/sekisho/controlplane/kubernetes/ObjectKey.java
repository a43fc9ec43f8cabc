package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/// Which object of the cluster is meant.
///
/// @param namespace empty when the kind has none
public record ObjectKey(String kind, String namespace, String name) {
    public static ObjectKey of(HasMetadata object) {
        return new ObjectKey(
                object.getKind(),
                Optional.ofNullable(object.getMetadata().getNamespace()).orElse(""),
                object.getMetadata().getName());
    }

    public static ObjectKey of(Class<? extends HasMetadata> kind, String namespace, String name) {
        return new ObjectKey(HasMetadata.getKind(kind), namespace, name);
    }

    public boolean isOf(Class<? extends HasMetadata> other) {
        return kind.equals(HasMetadata.getKind(other));
    }

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
