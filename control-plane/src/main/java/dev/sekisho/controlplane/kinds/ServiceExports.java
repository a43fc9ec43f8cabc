package dev.sekisho.controlplane.kinds;

import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `multicluster.x-k8s.io` ServiceExport, `v1beta1` and `v1alpha1`, which are the same (KEP-1645).
public final class ServiceExports {
    private ServiceExports() {}

    /// @param status written by control planes, ours or another, and never read
    public record ServiceExport(
            String apiVersion, String kind, ObjectMeta metadata, Optional<Spec> spec, Optional<Status> status) {}

    public record Status(Optional<List<Condition>> conditions) {}

    /// What the importing clusters are shown; the Service's own labels and annotations stay at home.
    public record Spec(
            Optional<Map<String, String>> exportedLabels, Optional<Map<String, String>> exportedAnnotations) {}

    public static List<FieldProblem> problems(ServiceExport export, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, export.metadata(), Metadata.NameForm.LABEL);
        if (problems.isOfFile()) {
            problems.labels("spec.exportedLabels", exportedLabels(export));
        }
        return problems.found();
    }

    public static ServiceName name(ServiceExport export) {
        return new ServiceName(
                Metadata.namespace(export.metadata()), export.metadata().getName());
    }

    public static Map<String, String> exportedLabels(ServiceExport export) {
        return export.spec().flatMap(Spec::exportedLabels).orElse(Map.of());
    }

    public static Map<String, String> exportedAnnotations(ServiceExport export) {
        return export.spec().flatMap(Spec::exportedAnnotations).orElse(Map.of());
    }
}
