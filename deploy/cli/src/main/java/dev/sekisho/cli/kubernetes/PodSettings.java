package dev.sekisho.cli.kubernetes;

import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.controlplane.settings.LogFormat;
import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What `settings.yaml` says of Sekisho in a Kubernetes cluster, defaults filled in. Read by [SettingsYaml]; both
/// programs read the same file, each what concerns it.
///
/// @param name what the names of all objects of this installation begin with; 1 to 40 characters
/// @param cluster this cluster's id; empty when the cluster says it itself, in its ClusterProperty objects
/// @param clusterSet likewise
/// @param labels what a clusterSelector sees of this cluster
/// @param controlPlane where gateways reach the control plane
/// @param listenPorts the ports of gateway pods that are given to imports
/// @param identityDirectory of the gateway: `tls.crt`, `tls.key`, `ca.crt`
/// @param stateDirectory of the gateway: where it keeps its last route table
/// @param drain how long a gateway's open streams may take to end when it is stopped, 0 s to 1 h
public record PodSettings(
        String name,
        Optional<ClusterName> cluster,
        Optional<ClusterSetName> clusterSet,
        Map<String, String> labels,
        Listen listen,
        ControlPlaneAddress controlPlane,
        PortRange listenPorts,
        LocalTraffic localTraffic,
        Path identityDirectory,
        Path stateDirectory,
        Duration drain,
        Traffic traffic,
        LogFormat logFormat) {
    public PodSettings {
        labels = Map.copyOf(labels);
    }

    /// Where the programs listen in their pods.
    ///
    /// @param publicPort the one port that is open to other clusters (gateway)
    /// @param sync peers' control planes, reached through the public port (the control plane that leads)
    /// @param feed the cluster's own gateways (every control plane)
    /// @param dns UDP and TCP (gateway)
    /// @param admin every admin page (both)
    /// @param health probes and metrics (both)
    public record Listen(
            HostPort publicPort, HostPort sync, HostPort feed, HostPort dns, HostPort admin, HostPort health) {
        /// Open to other pods where they must be; the admin pages only in the pod itself.
        public static final Listen DEFAULTS = new Listen(
                new HostPort("0.0.0.0", 7443),
                new HostPort("0.0.0.0", 7444),
                new HostPort("0.0.0.0", 7445),
                new HostPort("0.0.0.0", 1053),
                new HostPort("127.0.0.1", 9090),
                new HostPort("0.0.0.0", 9080));
    }

    /// Empty means the Services of this installation, in the pod's own namespace.
    ///
    /// @param feed of any replica
    /// @param sync of the replica that leads
    public record ControlPlaneAddress(Optional<HostPort> feed, Optional<HostPort> sync) {}

    /// Where a gateway follows the route feed.
    HostPort feed(String namespace) {
        return controlPlane
                .feed()
                .orElseGet(() -> new HostPort(
                        name + "-control-plane." + namespace + ".svc",
                        listen.feed().port()));
    }

    /// Where a gateway passes on what peers' control planes have to say.
    HostPort sync(String namespace) {
        return controlPlane
                .sync()
                .orElseGet(() -> new HostPort(
                        name + "-sync." + namespace + ".svc", listen.sync().port()));
    }
}
