package dev.sekisho.controlplane.kinds;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.names.ServicePort;
import io.fabric8.kubernetes.api.model.ClientIPConfigBuilder;
import io.fabric8.kubernetes.api.model.SessionAffinityConfig;
import io.fabric8.kubernetes.api.model.SessionAffinityConfigBuilder;
import java.util.List;
import java.util.Optional;

/// `multicluster.x-k8s.io/v1beta1` ServiceImport as we write it, into a cluster or beside a folder.
public final class ServiceImports {
    private static final String CLIENT_IP = "ClientIP";

    private ServiceImports() {}

    public static ServiceImport.Spec spec(Import of) {
        var traits = of.traits();
        return new ServiceImport.Spec(
                of.headless() ? "Headless" : "ClusterSetIP",
                of.ports().stream().map(ServiceImports::port).toList(),
                of.ips().stream().map(InetAddresses::toAddrString).toList(),
                traits.ipFamilies(),
                Optional.of(traits.sessionAffinity()),
                traits.sessionAffinityTimeoutSeconds()
                        .filter(_ -> traits.sessionAffinity().equals(CLIENT_IP))
                        .map(ServiceImports::affinity),
                traits.internalTrafficPolicy(),
                traits.trafficDistribution());
    }

    private static ServiceImport.Port port(ServicePort port) {
        return new ServiceImport.Port(
                Optional.of(port.name()).filter(name -> !name.isEmpty()),
                Optional.of(port.transport().name()),
                port.number(),
                port.appProtocol());
    }

    /// How long calls from one address stay with one backend.
    public static SessionAffinityConfig affinity(int timeoutSeconds) {
        return new SessionAffinityConfigBuilder()
                .withClientIP(new ClientIPConfigBuilder()
                        .withTimeoutSeconds(timeoutSeconds)
                        .build())
                .build();
    }

    /// Those that export the service, by name.
    public static List<ServiceImport.SourceCluster> clusters(Import of) {
        return of.sources().stream()
                .map(source -> source.cluster().value())
                .sorted()
                .map(ServiceImport.SourceCluster::new)
                .toList();
    }
}
