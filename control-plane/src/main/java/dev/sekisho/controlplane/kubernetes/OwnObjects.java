package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/// How the objects that we write into users' namespaces are told from theirs (invariant 7): whatever does not carry our
/// label is never changed and never deleted, whatever its name is.
final class OwnObjects {
    static final String FIELD_MANAGER = "sekisho";

    /// The label that every object of ours carries, with the value [#OURS].
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    static final String OURS = "sekisho.dev";

    /// The label that names the import an object is there for; of Services, ServiceImports and EndpointSlices.
    static final String IMPORT = "sekisho.dev/import";

    /// The label of a NetworkPolicy that is there to let gateways through; its value is the direction.
    static final String GATEWAY_PASS = "sekisho.dev/gateway-pass";

    /// What the chart gives our gateway pods, and nobody else in their namespace.
    static final Map<String, String> GATEWAY_PODS =
            Map.of("app.kubernetes.io/name", "sekisho", "app.kubernetes.io/component", "gateway");

    private OwnObjects() {}

    static boolean isOurs(ObjectMeta metadata) {
        return labels(metadata).getOrDefault(MANAGED_BY, "").equals(OURS);
    }

    static Map<String, String> labels(ObjectMeta metadata) {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }
}
