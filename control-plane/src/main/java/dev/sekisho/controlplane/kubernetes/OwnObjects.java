package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/// How the objects that we write into users' namespaces are told from theirs (invariant 7): whatever does not carry our
/// label is never changed and never deleted, whatever its name is.
public final class OwnObjects {
    public static final String FIELD_MANAGER = "sekisho";

    /// The label that every object of ours carries, with the value [#OURS].
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    public static final String OURS = "sekisho.dev";

    /// The label that names the import an object is there for; of Services, ServiceImports and EndpointSlices.
    public static final String IMPORT = "sekisho.dev/import";

    /// The label of a NetworkPolicy that is there to let gateways through; its value is the direction.
    public static final String GATEWAY_PASS = "sekisho.dev/gateway-pass";

    /// What the chart gives our gateway pods, and nobody else in their namespace.
    public static final Map<String, String> GATEWAY_PODS =
            Map.of("app.kubernetes.io/name", "sekisho", "app.kubernetes.io/component", "gateway");

    private OwnObjects() {}

    public static boolean isOurs(ObjectMeta metadata) {
        return labels(metadata).getOrDefault(MANAGED_BY, "").equals(OURS);
    }

    public static Map<String, String> labels(ObjectMeta metadata) {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }
}
