package dev.sekisho.controlplane;

import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.ClusterService;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.policy.PolicyMode;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a control plane in a pod must be told before it starts.
///
/// @param pod this replica, by the name of its pod
/// @param addresses of the pod
/// @param cluster empty when the cluster says itself who it is
/// @param clusterSet likewise
/// @param imports how imports appear here
/// @param labels what a clusterSelector sees of this cluster
/// @param sync where peers' control planes are heard, by the replica that leads
/// @param feed where gateways of this cluster get their routes
/// @param admin where it is asked how it is
public record KubernetesSettings(
        Installation installation,
        String pod,
        List<InetAddress> addresses,
        Optional<ClusterName> cluster,
        Optional<ClusterSetName> clusterSet,
        ClusterService imports,
        Map<String, String> labels,
        PolicyMode policyMode,
        HostPort sync,
        HostPort feed,
        AdminListen admin) {
    public KubernetesSettings {
        addresses = List.copyOf(addresses);
        labels = Map.copyOf(labels);
    }
}
