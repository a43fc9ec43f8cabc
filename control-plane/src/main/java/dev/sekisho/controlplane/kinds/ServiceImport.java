package dev.sekisho.controlplane.kinds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.SessionAffinityConfig;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Optional;

/// A service that clusters of the clusterset export, as this cluster calls it (KEP-1645). We write it, in every cluster
/// that has the namespace.
@Group("multicluster.x-k8s.io")
@Version("v1beta1")
@ShortNames({"svcim", "svcimport"})
@Categories("multicluster")
public final class ServiceImport extends CustomResource<ServiceImport.Spec, ServiceImport.Status>
        implements Namespaced {
    /// @param type `ClusterSetIP` or `Headless`
    /// @param ips one per family, in the order of `ipFamilies`; none of a headless import
    /// @param ipFamilies `IPv4`, `IPv6`; also told of a headless import
    /// @param sessionAffinity `ClientIP` or `None`
    /// @param internalTrafficPolicy `Cluster` or `Local`
    @ResourcePart
    public record Spec(
            String type,
            @JsonInclude @JsonSetter(nulls = Nulls.AS_EMPTY) List<Port> ports,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> ips,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> ipFamilies,
            Optional<String> sessionAffinity,
            Optional<SessionAffinityConfig> sessionAffinityConfig,
            Optional<String> internalTrafficPolicy,
            Optional<String> trafficDistribution) {
        public Spec {
            ports = List.copyOf(ports);
            ips = List.copyOf(ips);
            ipFamilies = List.copyOf(ipFamilies);
        }
    }

    /// @param protocol `TCP`, `UDP` or `SCTP`; the API server fills in `TCP`
    @ResourcePart
    public record Port(Optional<String> name, Optional<String> protocol, int port, Optional<String> appProtocol) {}

    /// @param endpointSliceObjects `Present` or `Absent`: whether EndpointSlices tell the import's endpoints
    /// @param clusters those that export the service
    @ResourcePart
    public record Status(
            Optional<String> endpointSliceObjects,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<SourceCluster> clusters,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<Condition> conditions) {
        public Status {
            clusters = List.copyOf(clusters);
            conditions = List.copyOf(conditions);
        }
    }

    /// @param cluster its id in the clusterset
    @ResourcePart
    public record SourceCluster(String cluster) {}

    @Override
    protected Status initStatus() {
        return new Status(Optional.empty(), List.of(), List.of());
    }
}
