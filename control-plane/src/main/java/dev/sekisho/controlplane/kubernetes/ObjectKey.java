package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/// Which object of the cluster is meant.
///
/// @param namespace empty when the kind has none
record ObjectKey(String kind, String namespace, String name) {
    static ObjectKey of(HasMetadata object) {
        return new ObjectKey(
                object.getKind(),
                Optional.ofNullable(object.getMetadata().getNamespace()).orElse(""),
                object.getMetadata().getName());
    }

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
