package dev.sekisho.policy.call;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Labels;
import dev.sekisho.policy.published.RemoteIngress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A service as a cluster offers it to callers of others, which know no more of it than this.
///
/// @param ports exactly those it exposes, with the pod ports behind them; a call to another port never goes there
/// @param readiness that of its most ready endpoint, as it reports
/// @param podLabels what all pods behind it have in common
/// @param ingress by which callers are refused before they go there
public record RemoteOffer(
        ClusterName cluster,
        ServiceName service,
        Map<PortKey, List<TargetPort>> ports,
        Readiness readiness,
        Map<String, String> podLabels,
        Map<String, String> namespaceLabels,
        Optional<RemoteIngress> ingress) {
    public RemoteOffer {
        ports = Map.copyOf(ports);
        podLabels = Labels.of(podLabels);
        namespaceLabels = Labels.of(namespaceLabels);
    }

    /// What egress is judged by.
    Endpoint.RemoteService destination(PortKey port) {
        return new Endpoint.RemoteService(
                cluster, service, podLabels, namespaceLabels, ports.getOrDefault(port, List.of()));
    }
}
