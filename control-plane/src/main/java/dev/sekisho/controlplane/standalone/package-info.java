/// A cluster without Kubernetes: a folder of YAML that holds the same kinds, read as it changes and written back to.
///
/// Reading order: [dev.sekisho.controlplane.standalone.StandaloneSettings] (`cluster.yaml`, read by
/// [dev.sekisho.controlplane.standalone.ClusterFile]), [dev.sekisho.controlplane.standalone.StandaloneCluster] (the
/// folder as the control plane's cluster). Knows no peers and no gateways.
@NullMarked
package dev.sekisho.controlplane.standalone;

import org.jspecify.annotations.NullMarked;
