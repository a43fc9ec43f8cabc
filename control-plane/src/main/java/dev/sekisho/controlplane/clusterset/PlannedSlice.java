package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// An EndpointSlice to be written for an import (KEP-1645): endpoints of one exporting cluster, in one address family.
/// What crosses to another cluster has the gateway pods of this one as its endpoints; of a headless service the
/// endpoints are the pods themselves.
///
/// @param source the cluster whose endpoints these are
/// @param ipFamily `IPv4` or `IPv6`
/// @param routed whether the import's own address leads here too, that is, whether kube-proxy is to see it; else it is
///     there for DNS and for other controllers
/// @param ports as numbered on the endpoints
public record PlannedSlice(
        ServiceName service,
        ClusterName source,
        String ipFamily,
        boolean routed,
        List<SlicePort> ports,
        List<PlannedEndpoint> endpoints) {
    /// As many endpoints as Kubernetes allows in one slice, with room to spare; more go into further slices.
    public static final int MAX_ENDPOINTS = 500;

    public PlannedSlice {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /// @param pod of this cluster, when it is one
    /// @param node where that pod runs, when it is known: without it, kube-proxy lets a pod that calls itself wait
    ///     in vain
    public record PlannedEndpoint(
            InetAddress address,
            Readiness readiness,
            Optional<String> hostname,
            Optional<PodName> pod,
            Optional<String> node) {
        public PlannedEndpoint(
                InetAddress address, Readiness readiness, Optional<String> hostname, Optional<PodName> pod) {
            this(address, readiness, hostname, pod, Optional.empty());
        }
    }
}
