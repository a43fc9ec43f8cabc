package dev.sekisho.controlplane.kinds;

import dev.sekisho.names.ServiceName;
import java.util.List;
import java.util.Map;

/// `multicluster.x-k8s.io` ServiceExport, `v1beta1` and `v1alpha1`, which are the same (KEP-1645).
public final class ServiceExports {
    private ServiceExports() {}

    public static List<FieldProblem> problems(ServiceExport export, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, export.getMetadata(), Metadata.NameForm.LABEL);
        if (problems.isOfFile()) {
            problems.labels("spec.exportedLabels", exportedLabels(export));
        }
        return problems.found();
    }

    public static ServiceName name(ServiceExport export) {
        return new ServiceName(
                Metadata.namespace(export.getMetadata()), export.getMetadata().getName());
    }

    public static Map<String, String> exportedLabels(ServiceExport export) {
        return export.getSpec() == null ? Map.of() : export.getSpec().exportedLabels();
    }

    public static Map<String, String> exportedAnnotations(ServiceExport export) {
        return export.getSpec() == null ? Map.of() : export.getSpec().exportedAnnotations();
    }
}
