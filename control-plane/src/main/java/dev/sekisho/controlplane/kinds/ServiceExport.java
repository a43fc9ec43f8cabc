package dev.sekisho.controlplane.kinds;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;

/// Says that the Service of the same name and namespace may be called from other clusters (KEP-1645). Users write it;
/// its status is ours.
@Group("multicluster.x-k8s.io")
@Version("v1beta1")
@ShortNames({"svcex", "svcexport"})
@Categories("multicluster")
public final class ServiceExport extends CustomResource<ServiceExport.Spec, ServiceExport.Status>
        implements Namespaced {
    /// What importing clusters are shown; the Service's own labels and annotations stay at home.
    @ResourcePart
    public record Spec(
            @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, String> exportedLabels,
            @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, String> exportedAnnotations) {
        public Spec {
            exportedLabels = Map.copyOf(exportedLabels);
            exportedAnnotations = Map.copyOf(exportedAnnotations);
        }
    }

    @ResourcePart
    public record Status(@JsonSetter(nulls = Nulls.AS_EMPTY) List<Condition> conditions) {
        public Status {
            conditions = List.copyOf(conditions);
        }
    }

    @Override
    protected Spec initSpec() {
        return new Spec(Map.of(), Map.of());
    }

    @Override
    protected Status initStatus() {
        return new Status(List.of());
    }
}
