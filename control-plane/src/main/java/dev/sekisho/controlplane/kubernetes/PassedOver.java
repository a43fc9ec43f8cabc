package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;

/// An object of the cluster that is not taken in, or not wholly.
///
/// @param object only who it is, and of an EndpointSlice whose it is
/// @param what becomes of it, with the field and the reason; a sentence for whoever wrote it
record PassedOver(HasMetadata object, String what) {
    ObjectKey key() {
        return ObjectKey.of(object);
    }
}
