package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.settings.LogFormat;
import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.policy.Cidr;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What `cluster.yaml` says of a standalone cluster, defaults filled in. Read by [ClusterFile], used by both programs.
///
/// @param directory the cluster's folder
/// @param labels what a clusterSelector sees of this cluster
/// @param publicEndpoint what peers dial
/// @param importAddresses pools out of which imports get their clusterset addresses; without one, none can be called
/// @param identityDirectory holds the cluster's CA (`ca.crt`, `ca.key`) or a leaf from outside (`tls.crt`, `tls.key`,
///     `ca.crt`)
public record StandaloneSettings(
        Path directory,
        ClusterName cluster,
        ClusterSetName clusterSet,
        Map<String, String> labels,
        HostPort publicEndpoint,
        Listen listen,
        List<Cidr> importAddresses,
        Path identityDirectory,
        Traffic traffic,
        LogFormat logFormat) {
    public StandaloneSettings {
        labels = Map.copyOf(labels);
        importAddresses = List.copyOf(importAddresses);
    }

    /// Where both programs keep what they need after a restart.
    public Path stateDirectory() {
        return directory.resolve("state");
    }

    /// Where the programs listen; port 0 means any free one.
    ///
    /// @param publicPort the one port that is open to other clusters (gateway)
    /// @param sync peers' control planes, reached through the public port (control plane)
    /// @param feed the cluster's own gateways (control plane)
    /// @param dns UDP and TCP (gateway)
    public record Listen(
            HostPort publicPort,
            HostPort sync,
            HostPort feed,
            HostPort dns,
            HostPort gatewayAdmin,
            HostPort controlPlaneAdmin) {
        /// The public port on every address, everything else on loopback.
        public static final Listen DEFAULTS = new Listen(
                new HostPort("0.0.0.0", 7443),
                new HostPort("127.0.0.1", 7444),
                new HostPort("127.0.0.1", 7445),
                new HostPort("127.0.0.1", 1053),
                new HostPort("127.0.0.1", 9091),
                new HostPort("127.0.0.1", 9090));
    }
}
